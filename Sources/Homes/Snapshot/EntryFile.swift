import Crypto
import Foundation

/// Writes the records of a snapshot, and counts their digest.
final class EntryFileWriter {
    private let file: Descriptor
    private let path: String
    private var buffer: [UInt8] = []
    private var sha = SHA256()

    init(_ path: String) throws {
        self.path = path
        file = try Descriptor(creating: path)
        buffer.reserveCapacity(1 << 17)
    }

    func add(_ record: EntryRecord) throws {
        buffer += record.bytes
        if buffer.count >= 1 << 16 { try flush() }
    }

    /// - Returns: SHA-256 over all records.
    func finish() throws -> [UInt8] {
        try flush()
        // What says that the scan is finished is written next, and must not be on the disk before it.
        try file.synchronize(path: path)
        return Array(sha.finalize())
    }

    private func flush() throws {
        sha.update(data: buffer)
        try buffer.withUnsafeBytes { try file.write($0, path: path) }
        buffer.removeAll(keepingCapacity: true)
    }
}
