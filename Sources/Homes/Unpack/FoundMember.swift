/// One member of an archive that somebody made, as it stands there: nothing of it can be trusted.
struct FoundMember: Sendable, Equatable {
    /// The kinds of members.
    enum Kind: Sendable, Equatable {
        case folder, file
        case link(target: [UInt8])
        /// A second name of a member before it.
        case hardLink(target: [UInt8])
        /// A thing that no home can hold; said for people.
        case other(String)
        /// A file whose contents cannot be had; why, for people.
        case unreadable(String)
    }

    /// The path, without `/` at the end.
    let path: [UInt8]
    let kind: Kind
    /// The lowest twelve bits of the mode.
    let permissions: UInt32
    /// Seconds since 1970.
    let modified: Int64
    /// The size of the contents when they are unpacked, in bytes.
    let size: UInt64

    /// For people, and as manifests have it.
    var shownPath: String { ByteText.readable(path) }
}
