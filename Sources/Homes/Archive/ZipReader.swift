import Foundation

/// Reads the members of a stored ZIP archive of a home, by its central directory.
struct ZipReader {
    struct Member {
        let name: String
        let mode: UInt32
        let size: UInt64
        let crc: UInt32
        /// Where its header begins.
        let offset: UInt64
        let isStored: Bool
    }

    let members: [Member]
    private let file: FileHandle
    private let length: UInt64

    /// - Throws: `HomeError.notAnArchive`, with what is wrong with it.
    init(_ path: String) throws {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw HomeError.notAnArchive(path, reason: String(cString: strerror(errno)))
        }
        self.file = file
        length = try file.seekToEnd()
        func broken(_ reason: String) -> HomeError { .notAnArchive(path, reason: reason) }
        let tail = try Self.read(file, at: length - min(length, 98), count: Int(min(length, 98)))
        guard tail.count >= 22, Number.u32(tail, tail.count - 22) == 0x0605_4B50 else {
            throw broken("it ends too early, or is no ZIP archive; resume its download")
        }
        var size = UInt64(Number.u32(tail, tail.count - 10))
        var offset = UInt64(Number.u32(tail, tail.count - 6))
        if tail.count == 98, Number.u32(tail, 56) == 0x0706_4B50, Number.u32(tail, 0) == 0x0606_4B50 {
            size = Number.u64(tail, 40)
            offset = Number.u64(tail, 48)
        }
        guard offset <= length, size <= length - offset, size < 1 << 32 else {
            throw broken("its directory is damaged")
        }
        let directory = try Self.read(file, at: offset, count: Int(size))
        guard directory.count == Int(size), let members = Self.members(directory) else {
            throw broken("its directory is damaged")
        }
        self.members = members
    }

    /// Hands out the contents of a member, piece by piece; false when the archive has no such place.
    func contents(of member: Member, _ use: (UnsafeRawBufferPointer) -> Void) throws -> Bool {
        let header = try Self.read(file, at: member.offset, count: 30)
        guard header.count == 30, Number.u32(header, 0) == 0x0403_4B50 else { return false }
        let start = member.offset + 30 + UInt64(Number.u16(header, 26)) + UInt64(Number.u16(header, 28))
        guard start <= length, member.size <= length - start else { return false }
        try file.seek(toOffset: start)
        var left = member.size
        while left > 0 {
            guard let data = try file.read(upToCount: Int(min(left, 1 << 20))), !data.isEmpty else { return false }
            data.withUnsafeBytes(use)
            left -= UInt64(data.count)
        }
        return true
    }

    private static func read(_ file: FileHandle, at offset: UInt64, count: Int) throws -> [UInt8] {
        try file.seek(toOffset: offset)
        return try file.read(upToCount: count).map(Array.init) ?? []
    }

    private static func members(_ directory: [UInt8]) -> [Member]? {
        var members: [Member] = []
        var place = 0
        while place < directory.count {
            guard place + 46 <= directory.count, Number.u32(directory, place) == 0x0201_4B50 else { return nil }
            let nameLength = Int(Number.u16(directory, place + 28))
            let extraLength = Int(Number.u16(directory, place + 30))
            let end = place + 46 + nameLength + extraLength + Int(Number.u16(directory, place + 32))
            guard end <= directory.count else { return nil }
            let name = directory[(place + 46)..<(place + 46 + nameLength)]
            var size = UInt64(Number.u32(directory, place + 24))
            var offset = UInt64(Number.u32(directory, place + 42))
            let extra = Array(directory[(place + 46 + nameLength)..<(place + 46 + nameLength + extraLength)])
            var values = large(extra)[...]
            if size == UInt64(UInt32.max), values.count >= 2 {
                size = values[values.startIndex]
                values = values.dropFirst(2)
            }
            if offset == UInt64(UInt32.max), let value = values.first { offset = value }
            members.append(
                Member(
                    name: String(decoding: name, as: UTF8.self), mode: Number.u32(directory, place + 38) >> 16,
                    size: size,
                    crc: Number.u32(directory, place + 16), offset: offset,
                    isStored: Number.u16(directory, place + 10) == 0))
            place = end
        }
        return members
    }

    /// The numbers of the extra field for large archives.
    private static func large(_ extra: [UInt8]) -> [UInt64] {
        var place = 0
        while place + 4 <= extra.count {
            let count = Int(Number.u16(extra, place + 2))
            guard place + 4 + count <= extra.count else { return [] }
            if Number.u16(extra, place) == 1 {
                return stride(from: place + 4, to: place + 4 + count - 7, by: 8).map { Number.u64(extra, $0) }
            }
            place += 4 + count
        }
        return []
    }
}

/// Numbers with the lowest byte first.
private enum Number {
    static func u16(_ bytes: [UInt8], _ at: Int) -> UInt16 { UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8 }
    static func u32(_ bytes: [UInt8], _ at: Int) -> UInt32 { UInt32(u16(bytes, at)) | UInt32(u16(bytes, at + 2)) << 16 }
    static func u64(_ bytes: [UInt8], _ at: Int) -> UInt64 { UInt64(u32(bytes, at)) | UInt64(u32(bytes, at + 4)) << 32 }
}
