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
        guard fsync(file.number) == 0 else {
            throw HomeError.notWritten(path, reason: String(cString: strerror(errno)))
        }
        return Array(sha.finalize())
    }

    private func flush() throws {
        sha.update(data: buffer)
        try buffer.withUnsafeBytes { try file.write($0, path: path) }
        buffer.removeAll(keepingCapacity: true)
    }
}

/// Reads the records of a snapshot one after another, with little memory.
struct EntryFileReader {
    private let file: Descriptor
    private let path: String
    private var buffer: [UInt8] = []
    private var place = 0
    private var offset: UInt64 = 0

    init(_ path: String) throws {
        self.path = path
        file = try Descriptor(reading: path)
    }

    /// The next record; nil at the end.
    ///
    /// - Throws: `HomeError.brokenState`.
    mutating func next() throws -> EntryRecord? {
        guard try fill(EntryRecord.headerSize) else {
            guard place == buffer.count else { throw broken }
            return nil
        }
        guard let length = buffer.withUnsafeBytes({ EntryRecord.length(Self.rest($0, place)) }), try fill(length),
            let record = buffer.withUnsafeBytes({
                EntryRecord(UnsafeRawBufferPointer(rebasing: $0[place..<(place + length)]))
            })
        else { throw broken }
        place += length
        return record
    }

    /// SHA-256 over all records of a file, as its writer counted it.
    ///
    /// - Throws: `HomeError.brokenState`.
    static func digest(_ path: String) throws -> [UInt8] {
        try Descriptor(reading: path).digest(path: path)
    }

    private var broken: HomeError { .brokenState(path, reason: "it is damaged") }

    private static func rest(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[place...])
    }

    /// Whether so many bytes are there from the current place on.
    private mutating func fill(_ count: Int) throws -> Bool {
        guard buffer.count - place < count else { return true }
        buffer.removeFirst(place)
        place = 0
        while buffer.count < count {
            let more = try file.read(upTo: max(1 << 16, count), at: offset, path: path)
            guard !more.isEmpty else { return false }
            offset += UInt64(more.count)
            buffer += more
        }
        return true
    }
}
