import Foundation

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
