/// Opens archives of all forms.
enum ArchiveReader {
    /// Opens an archive of any form that is known, by what stands in it.
    ///
    /// - Throws: `HomeError.notAnArchive`.
    static func open(_ path: String) throws -> any ArchiveReading {
        let file = try ArchiveSource(path)
        let head = try file.read(at: 0, upTo: 512)
        let isTar = try head.starts(with: [0x1F, 0x8B]) || TarReader.isTar(head) || TarReader.isEmpty(file)
        if isTar { return TarReader(file) }
        return try ZipReader(file)
    }
}
