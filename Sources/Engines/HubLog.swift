import FleetTools
import Foundation

/// The log of a hub and of what runs beside it.
package struct HubLog: Sendable {
    /// Bytes from which on it is turned over: one older file is kept.
    static let most: UInt64 = 10_000_000
    private static let interval = Duration.seconds(10)

    package let path: String
    var time: any TimeSource = SystemTime()

    package init(path: String) { self.path = path }

    /// Bytes that are in it now.
    package var size: UInt64 { (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? UInt64 ?? 0 }

    /// Keeps it from growing for ever while programs write to it, until the task is cancelled.
    func keepSmall() async {
        while true {
            do { try await time.sleep(for: Self.interval) } catch { return }
            turnOver()
        }
    }

    /// Turns it over when it is too large. Those who write have it open and go on with the same file: it is copied and
    /// emptied, and each adds at its end.
    func turnOver() {
        guard size > Self.most else { return }
        let (old, part) = (path + ".1", path + ".1.part")
        try? FileManager.default.removeItem(atPath: part)
        // Where the disk has no room for a copy, the end of the log is worth less than the disk.
        if (try? FileManager.default.copyItem(atPath: path, toPath: part)) != nil { _ = rename(part, old) }
        try? FileManager.default.removeItem(atPath: part)
        truncate(path, 0)
    }

    /// The last lines behind a place; from the beginning when it was turned over since.
    package func tail(from start: UInt64, lines: Int = 15) -> String {
        guard let file = FileHandle(forReadingAtPath: path) else { return "" }
        defer { try? file.close() }
        let end = (try? file.seekToEnd()) ?? 0
        try? file.seek(toOffset: max(start > end ? 0 : start, end > 20_000 ? end - 20_000 : 0))
        let text = (try? file.readToEnd()).flatMap { $0 } ?? Data()
        return String(decoding: text, as: UTF8.self).lastLines(lines)
    }
}
