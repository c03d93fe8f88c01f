import FleetTools
import Foundation
import Synchronization
import Texts

/// The log of who took what, a line of JSON each; nothing is ever taken out of it.
final class AuditLog: Sendable {
    struct Line: Encodable {
        let time: Date
        /// The user who asked.
        let actor: ExactText
        /// The user whose home it is; `*`: all of them.
        let user: ExactText
        let action: String
        var archive: String?
        var from: UInt64?
        var bytes: UInt64?
        let outcome: String
        /// The address that the request came from, as far as it can be known.
        var address: String?
    }

    private let file: Mutex<FileHandle>
    private let notKept: @Sendable (String) -> Void

    /// - Parameters:
    ///   - path: of the file.
    ///   - notKept: told what could not be written, such as when the disk is full; by default it goes to standard error.
    /// - Throws: `FileError`.
    init(_ path: String, notKept: @escaping @Sendable (String) -> Void = OperatorLog.write) throws {
        self.notKept = notKept
        if !FileManager.default.fileExists(atPath: path) { try FileWriting.write("", to: path) }
        guard let handle = FileHandle(forUpdatingAtPath: path) else {
            throw FileError.notWritten(path: path, reason: String(cString: strerror(errno)))
        }
        file = Mutex(handle)
    }

    func add(_ line: Line) {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let json = try? encoder.encode(line) else { return }
        let data = Data(String(decoding: json, as: UTF8.self).printableJSON.utf8)
        file.withLock { file in
            var end: UInt64?
            do {
                end = try file.seekToEnd()
                try file.write(contentsOf: data + Data("\n".utf8))
            } catch {
                // Half a line would spoil the next one.
                if let end { try? file.truncate(atOffset: end) }
                notKept("the audit log cannot be written: \(String(decoding: data, as: UTF8.self))")
            }
        }
    }
}
