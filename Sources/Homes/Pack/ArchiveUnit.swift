/// A unit of an archive, as a stream gives it: a section, or a member that is given piece by piece.
struct ArchiveUnit {
    /// The members of a unit.
    enum Content {
        case section(ArchiveSection)
        /// A large file, or one with holes.
        case file(ArchiveMember)
        case manifest(ArchiveMember)
    }

    /// The place of the unit in the archive.
    let begin: UInt64
    /// The number of files before the unit, and their bytes.
    let filesBefore: Int
    let bytesBefore: Int64
    let content: Content
}
