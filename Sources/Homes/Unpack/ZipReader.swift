import Foundation

/// Reads a ZIP archive by its directory: of Hubfleet or of others, stored or deflated.
struct ZipReader: ArchiveReading {
    private let directory: ZipDirectory
    let file: ArchiveSource
    /// Whether Hubfleet made it, so that its names have signs for bytes that are not UTF-8.
    private let isOurs: Bool
    /// Whether these are `%XX`, as they were beside the first form of the manifest.
    private var hasFirstNames = false

    /// - Throws: `HomeError.notAnArchive`, with what is wrong with it.
    init(_ file: ArchiveSource) throws {
        self.file = file
        let found = try ZipEnd.find(in: file)
        let bytes = try file.read(at: found.offset, upTo: Int(found.size))
        guard bytes.count == Int(found.size), let directory = ZipDirectory(bytes, shift: found.shift) else {
            throw file.broken("its directory is damaged")
        }
        guard found.fits(directory.count) else {
            throw file.broken("its directory is damaged: it lists \(directory.count) members and says \(found.count)")
        }
        self.directory = directory
        isOurs =
            directory.last?.name == Array(ArchiveMember.manifestName.utf8)
            && directory.first?.name == Array(ArchiveMember.readmeName.utf8)
        try checkOverlaps(directory: found.offset)
        hasFirstNames = isOurs && versionOfManifest() == 1
    }

    func readAll(_ body: (FoundMember, MemberContents) throws -> Void) throws -> ArchiveEnd {
        for record in directory {
            try Task.checkCancellation()
            try body(try member(record)) { use in try contents(of: record, use) }
        }
        return .whole
    }

    var remark: String? {
        directory.usesBackslashes && !isOurs
            ? "the archive has backslashes between folders, as some programs of Windows write them; they are read as slashes"
            : nil
    }

    /// The name with slashes between folders. In some encodings of East Asia a backslash is the second half of a letter.
    private static func slashed(_ name: [UInt8]) -> [UInt8] {
        let isText = String(validating: name, as: UTF8.self) != nil
        return name.indices.map { index in
            let isHalf = !isText && index > 0 && name[index - 1] >= 0x80
            return name[index] == 0x5C && !isHalf ? 0x2F : name[index]
        }
    }

    private func path(_ name: [UInt8]) -> [UInt8] {
        guard isOurs else { return name }
        return hasFirstNames ? ByteText.bytes(name) : ByteText.bytes(unicode: name)
    }

    private func versionOfManifest() -> Int? {
        struct Enough: Error {}
        guard let last = directory.last else { return nil }
        var head: [UInt8] = []
        // Its contents are checked when it is read as a whole.
        do {
            try contents(of: last) { piece in
                head += piece.prefix(256)
                throw Enough()
            }
        } catch {}
        return HubfleetArchiveMarks.version(head)
    }

    private func member(_ record: ZipDirectory.Record) throws -> FoundMember {
        var name = record.unicodeName ?? record.name
        if remark != nil { name = Self.slashed(name) }
        let isFolder = name.last == 0x2F || record.mode & 0o170000 == 0o040000
        if name.last == 0x2F { name.removeLast() }
        let kind: FoundMember.Kind
        do throws(MemberFault) { kind = try self.kind(record, isFolder) } catch { kind = .unreadable(error.what) }
        let permissions = record.mode == 0 ? (isFolder ? 0o755 : 0o644) : record.mode & 0o7777
        return FoundMember(
            path: path(name), kind: kind, permissions: permissions,
            modified: record.modified, size: kind == .file ? record.size : 0)
    }

    private func kind(_ record: ZipDirectory.Record, _ isFolder: Bool) throws(MemberFault) -> FoundMember.Kind {
        if isFolder {
            guard record.size == 0 else { throw MemberFault(what: "it is a folder, and has contents") }
            return .folder
        }
        try checkMethod(record)
        switch record.mode & 0o170000 {
        case 0, 0o100000: return .file
        case 0o120000: return .link(target: try target(record))
        case 0o010000: return .other("a fifo")
        case 0o020000, 0o060000: return .other("a device")
        default: return .other("a socket or the like")
        }
    }

    private func checkMethod(_ record: ZipDirectory.Record) throws(MemberFault) {
        guard !record.isEncrypted else { throw MemberFault(what: "it is encrypted") }
        guard [0, 8].contains(record.method) else {
            throw MemberFault(what: "it is compressed in a way that Hubfleet does not know (\(record.method))")
        }
    }

    private func target(_ record: ZipDirectory.Record) throws(MemberFault) -> [UInt8] {
        guard record.size <= 65_536 else { throw MemberFault(what: "it is a link to a path that is too long") }
        var target: [UInt8] = []
        do { try contents(of: record) { target += $0 } } catch {
            throw error as? MemberFault ?? MemberFault(what: "it cannot be read")
        }
        return target
    }

    /// - Throws: `MemberFault`, and what `use` throws.
    private func contents(of record: ZipDirectory.Record, _ use: (UnsafeRawBufferPointer) throws -> Void) throws {
        try checkMethod(record)
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
                let inflater = try Inflater(limit: record.size, allowsRest: !isOurs)
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
}
