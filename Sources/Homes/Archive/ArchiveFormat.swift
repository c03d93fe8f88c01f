/// The forms of an archive whose every byte has its place before a file is read.
package enum ArchiveFormat: String, Sendable, Codable, CaseIterable {
    /// Stored ZIP64: opens everywhere.
    case zip
    /// tar with pax headers: names are bytes, and holes of sparse files stay holes.
    case tar

    package var mediaType: String { self == .zip ? "application/zip" : "application/x-tar" }

    func header(of member: ArchiveMember) -> [UInt8] {
        self == .zip ? ZipRecord.localHeader(member) : TarRecord.header(member)
    }

    /// Bytes that stand behind contents, at most.
    static let longestTrailer = 512

    /// The bytes behind the contents of a member.
    func trailer(of member: ArchiveMember, crc: UInt32) -> [UInt8] {
        self == .zip ? ZipRecord.descriptor(member, crc: crc) : TarRecord.padding(after: contentLength(of: member))
    }

    /// The ranges of a file that come into the archive; the others are zeros, and are not written.
    func data(of member: ArchiveMember) -> [Range<Int64>]? {
        if self == .tar, case .file(_, _, let data) = member.content { data } else { nil }
    }

    /// Bytes between header and trailer.
    func contentLength(of member: ArchiveMember) -> UInt64 {
        data(of: member).map { $0.reduce(0) { $0 + UInt64($1.count) } }
            ?? (self == .tar && member.isLink ? 0 : member.size)
    }

    func length(of member: ArchiveMember) -> UInt64 {
        self == .zip
            ? ZipRecord.length(member)
            : TarRecord.length(member)
    }
}
