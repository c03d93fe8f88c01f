/// What a stream gives at a time: a section, or a member that is given piece by piece.
struct ArchiveUnit {
    enum Content {
        case section(ArchiveSection)
        /// A large file, or one with holes.
        case file(ArchiveMember)
        case manifest(ArchiveMember)
    }

    /// Where it stands in the archive.
    let begin: UInt64
    /// How many files are before it, and their bytes.
    let filesBefore: Int
    let bytesBefore: Int64
    let content: Content
}
