/// The list of all members at the end of a ZIP archive.
struct DirectoryText {
    private var cursor: MemberCursor
    private let table: DigestTable
    private let manifestCRC: UInt32
    private let lengths: HomeSnapshot.ZipLengths
    private var offset: UInt64 = 0
    private var isDone = false

    init(_ snapshot: HomeSnapshot, _ table: DigestTable, manifestCRC: UInt32) throws {
        cursor = try MemberCursor(snapshot)
        self.table = table
        self.manifestCRC = manifestCRC
        lengths = snapshot.summary.zip
    }

    /// The next record; nil at the end.
    mutating func next() throws -> [UInt8]? {
        guard !isDone else { return nil }
        guard let member = try cursor.next() else {
            isDone = true
            return ZipRecord.end(count: lengths.count, offset: lengths.members, size: lengths.directory)
        }
        defer { offset += ArchiveFormat.zip.length(of: member) }
        return ZipRecord.central(member, offset: offset, crc: try crc(of: member))
    }

    private func crc(of member: ArchiveMember) throws -> UInt32 {
        switch member.content {
        case .bytes(let bytes): CRC32.of(bytes)
        case .file(_, let index, _): try table.slot(index).crc
        case .manifest: manifestCRC
        }
    }
}
