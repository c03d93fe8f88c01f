/// The list of all members at the end of a ZIP archive.
struct DirectoryText {
    /// The size of the records that are made at once, in bytes, about.
    private static let pieceSize = 1 << 16

    private var cursor: MemberCursor
    private var slots: SlotCursor
    private let manifestCRC: UInt32
    private let lengths: HomeSnapshot.ZipLengths
    private var offset: UInt64 = 0
    private var isDone = false

    init(_ snapshot: HomeSnapshot, _ table: DigestTable, manifestCRC: UInt32) throws {
        cursor = try MemberCursor(snapshot)
        slots = SlotCursor(table)
        self.manifestCRC = manifestCRC
        lengths = snapshot.summary.zip
    }

    /// The next records; nil at the end.
    mutating func next() throws -> [UInt8]? {
        guard !isDone else { return nil }
        var text: [UInt8] = []
        text.reserveCapacity(Self.pieceSize + 4_096)
        while text.count < Self.pieceSize {
            guard let member = try cursor.next() else {
                isDone = true
                text += ZipRecord.end(count: lengths.count, offset: lengths.members, size: lengths.directory)
                break
            }
            text += ZipRecord.central(member, offset: offset, crc: try crc(of: member))
            offset += ArchiveFormat.zip.length(of: member)
        }
        return text
    }

    private mutating func crc(of member: ArchiveMember) throws -> UInt32 {
        switch member.content {
        case .bytes(let bytes): CRC32.of(bytes)
        case .file: try slots.next().crc
        case .manifest: manifestCRC
        }
    }
}
