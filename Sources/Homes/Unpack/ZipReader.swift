import Foundation

/// Reads a ZIP archive by its directory: of Hubfleet or of others, stored or deflated.
struct ZipReader: ArchiveReading {
    private let directory: ZipDirectory
    let file: ArchiveSource
    /// Whether names that are not UTF-8 are written with `%XX`.
    private let isOurs: Bool

    /// - Throws: `HomeError.notAnArchive`, with what is wrong with it.
    init(_ file: ArchiveSource) throws {
        self.file = file
        let (offset, size) = try Self.findDirectory(file)
        let bytes = try file.read(at: offset, upTo: Int(size))
        guard bytes.count == Int(size), let directory = ZipDirectory(bytes) else {
            throw file.broken("its directory is damaged")
        }
        self.directory = directory
        isOurs =
            directory.last?.name == Array(ArchiveMember.manifestName.utf8)
            && directory.first?.name == Array(ArchiveMember.readmeName.utf8)
        try checkOverlaps(directory: offset)
    }

    func readAll(_ body: (FoundMember, MemberContents) throws -> Void) throws {
        for record in directory {
            try Task.checkCancellation()
            try body(try member(record)) { use in try contents(of: record, use) }
        }
    }

    private func member(_ record: ZipDirectory.Record) throws -> FoundMember {
        let isFolder = record.name.last == 0x2F || record.mode & 0o170000 == 0o040000
        let name = record.name.last == 0x2F ? Array(record.name.dropLast()) : record.name
        var kind = isFolder ? FoundMember.Kind.folder : .file
        var size = record.size
        if !isFolder, record.isEncrypted || ![0, 8].contains(record.method) {
            kind = .unreadable(
                record.isEncrypted
                    ? "it is encrypted" : "it is compressed in a way that Hubfleet does not know")
            size = 0
        } else if record.mode & 0o170000 == 0o120000 {
            var target: [UInt8] = []
            if record.size <= 65_536 {
                // A damaged one leads nowhere; reading its contents says so.
                try? contents(of: record) { target += $0 }
            }
            kind = .link(target: target)
        } else if !isFolder, ![0, 0o100000].contains(record.mode & 0o170000) {
            kind = .other("a device or the like")
        }
        let permissions = record.mode == 0 ? (isFolder ? 0o755 : 0o644) : record.mode & 0o7777
        return FoundMember(
            path: isOurs ? ByteText.bytes(name) : name, kind: kind, permissions: permissions,
            modified: record.modified, size: size)
    }

    /// - Throws: `MemberFault`, and what `use` throws.
    private func contents(of record: ZipDirectory.Record, _ use: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard !record.isEncrypted else { throw MemberFault(what: "it is encrypted") }
        guard [0, 8].contains(record.method) else {
            throw MemberFault(what: "it is compressed in a way that Hubfleet does not know (\(record.method))")
        }
        let damaged = MemberFault(what: "the archive is damaged here")
        let header = try file.read(at: record.offset, upTo: 30)
        guard header.count == 30, LittleEndianReader.u32(header, 0) == 0x0403_4B50 else { throw damaged }
        if isOurs { try check(record, header) }
        let start =
            record.offset + 30 + UInt64(LittleEndianReader.u16(header, 26)) + UInt64(LittleEndianReader.u16(header, 28))
        var crc = CRC32()
        if record.method == 0 {
            let isThere = try file.forEachPiece(from: start, count: record.size) {
                crc.update($0)
                try use($0)
            }
            guard isThere, record.stored == record.size else { throw damaged }
        } else {
            do {
                let inflater = try Inflater(limit: record.size)
                let isThere = try file.forEachPiece(from: start, count: record.stored) { piece in
                    try inflater.add(piece) {
                        crc.update($0)
                        try use($0)
                    }
                }
                guard isThere, inflater.isComplete else { throw damaged }
            } catch is Inflater.Failure {
                throw damaged
            }
        }
        guard crc.value == record.crc else { throw damaged }
    }

    /// Members that share bytes unpack to more than the archive can hold: a trap.
    private func checkOverlaps(directory end: UInt64) throws {
        var reached: UInt64 = 0
        var isInOrder = true
        for record in directory {
            isInOrder = isInOrder && record.offset >= reached
            guard record.offset <= end, record.stored <= end - record.offset else { throw overlap(record) }
            reached = record.end
        }
        // As all that is known to write archives leaves them.
        guard !isInOrder else { return }
        reached = 0
        for record in directory.sorted(by: { $0.offset < $1.offset }) {
            guard record.offset >= reached else { throw overlap(record) }
            reached = record.end
        }
    }

    private func overlap(_ record: ZipDirectory.Record) -> HomeError {
        file.broken("\(ByteText.readable(record.name)) lies over another member: it is damaged, or a trap")
    }

    private static func findDirectory(_ file: ArchiveSource) throws -> (offset: UInt64, size: UInt64) {
        // A comment of up to 65,535 bytes may stand at the end.
        let count = Int(min(file.length, 65_535 + 22 + 76))
        let tail = try file.read(at: file.length - UInt64(count), upTo: count)
        guard
            let end = stride(from: tail.count - 22, through: 0, by: -1).first(where: {
                $0 >= 0 && LittleEndianReader.u32(tail, $0) == 0x0605_4B50
                    && $0 + 22 + Int(LittleEndianReader.u16(tail, $0 + 20)) == tail.count
            })
        else { throw file.broken("it ends too early, or is no ZIP or tar archive; resume its download") }
        var size = UInt64(LittleEndianReader.u32(tail, end + 12))
        var offset = UInt64(LittleEndianReader.u32(tail, end + 16))
        let isLarge =
            size == UInt64(UInt32.max) || offset == UInt64(UInt32.max) || LittleEndianReader.u16(tail, end + 10) == .max
        if isLarge, end >= 20, LittleEndianReader.u32(tail, end - 20) == 0x0706_4B50 {
            let record = try file.read(at: LittleEndianReader.u64(tail, end - 12), upTo: 56)
            guard record.count == 56, LittleEndianReader.u32(record, 0) == 0x0606_4B50 else {
                throw file.broken("its directory is damaged")
            }
            size = LittleEndianReader.u64(record, 40)
            offset = LittleEndianReader.u64(record, 48)
        }
        guard offset <= file.length, size <= file.length - offset, size < 1 << 32 else {
            throw file.broken("its directory is damaged")
        }
        return (offset, size)
    }
}
