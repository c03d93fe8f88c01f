import FleetTools
import Foundation

/// The mark that says how much of an unfinished archive is surely on the disk. A process that is killed loses nothing, a
/// machine without power does.
struct PartMark {
    /// The mark as it stands in its file.
    private struct Content: Codable {
        let format: ArchiveFormat
        /// The start of the machine at which the rest was written.
        let boot: String
        /// Bytes that were on the disk before.
        let length: UInt64
    }

    private let path: String
    private let format: ArchiveFormat
    private let boot: String

    /// - Parameters:
    ///   - path: of the mark.
    ///   - format: of the archive.
    ///   - boot: what tells one start of the machine from another.
    init(_ path: String, _ format: ArchiveFormat, boot: String = PartMark.currentBoot) {
        self.path = path
        self.format = format
        self.boot = boot
    }

    private var content: Content? {
        FileManager.default.contents(atPath: path).flatMap { try? JSONDecoder().decode(Content.self, from: $0) }
    }

    /// The format of the archive that was begun; nil when nobody knows.
    var begun: ArchiveFormat? { content?.format }

    /// Empty where the system does not tell.
    static var currentBoot: String {
        let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        return text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    }

    /// Removes from a part what cannot be relied on.
    ///
    /// - Returns: how many bytes are left.
    /// - Throws: `HomeError.notWritten`, `FileError`.
    func cut(_ part: Descriptor, path name: String) throws -> UInt64 {
        let length = UInt64(max(0, lseek(part.number, 0, SEEK_END)))
        let content = content
        if content?.boot == boot { return length }
        let trusted = min(length, content?.length ?? 0)
        guard ftruncate(part.number, off_t(trusted)) == 0, lseek(part.number, 0, SEEK_END) >= 0 else {
            throw HomeError.notWritten(name, reason: SystemError("ftruncate").reason)
        }
        try set(trusted)
        return trusted
    }

    /// Says that so many bytes are on the disk, and that more are going to be written.
    /// - Throws: `FileError`.
    func set(_ length: UInt64) throws {
        let data = try JSONEncoder().encode(Content(format: format, boot: boot, length: length))
        try FileWriting.write(Array(data), to: path, permissions: 0o600)
    }
}
