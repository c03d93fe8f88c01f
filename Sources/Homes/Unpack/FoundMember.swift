/// One member of an archive that somebody made, as it stands there: nothing of it can be trusted.
struct FoundMember: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case folder, file
        case link(target: [UInt8])
        /// A second name of a member before it.
        case hardLink(target: [UInt8])
        /// Something that no home can hold; said for people.
        case other(String)
        /// A file whose contents cannot be had; why, for people.
        case unreadable(String)
    }

    /// Without `/` at the end.
    let path: [UInt8]
    let kind: Kind
    /// The lowest twelve bits of the mode.
    let permissions: UInt32
    /// Seconds since 1970.
    let modified: Int64
    /// Of the contents when they are unpacked, in bytes.
    let size: UInt64

    /// For people, and as manifests have it.
    var shownPath: String { ByteText.readable(path) }
}

/// Why the contents of one member cannot be had; the others may be well.
struct MemberFault: Error, Equatable {
    let what: String
}

/// Hands out the contents of a member piece by piece; it may be left unused.
typealias MemberContents = ((UnsafeRawBufferPointer) throws -> Void) throws -> Void

/// An archive that can be read.
protocol ArchiveReading {
    /// Hands out all members in their order.
    ///
    /// - Throws: `HomeError.notAnArchive` when it cannot be read further, and what `body` throws. The contents throw
    ///   `MemberFault`.
    func readAll(_ body: (FoundMember, MemberContents) throws -> Void) throws
}

enum ArchiveReader {
    /// Opens an archive of any form that is known, by what stands in it.
    ///
    /// - Throws: `HomeError.notAnArchive`.
    static func open(_ path: String) throws -> any ArchiveReading {
        let file = try ArchiveSource(path)
        let head = try file.read(at: 0, upTo: 512)
        if head.starts(with: [0x1F, 0x8B]) || TarReader.isTar(head) { return TarReader(file) }
        return try ZipReader(file)
    }
}
