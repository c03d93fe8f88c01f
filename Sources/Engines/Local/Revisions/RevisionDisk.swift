/// The changes that are made to the disk for revisions, one at a time, so that a test can stop after any of them.
protocol RevisionDisk: Sendable {
    /// Makes a folder, and those above it that are missing.
    func makeFolder(_ path: String, permissions: Int) throws
    /// Writes a new file, down to the disk.
    func write(_ bytes: [UInt8], to path: String, permissions: Int) throws
    /// Writes a file that only its owner can read in place of another one, all of it or nothing.
    func replace(_ path: String, with bytes: [UInt8]) throws
    /// Brings the names in a folder down to the disk.
    func sync(_ folder: String) throws
    /// Gives a file, link or empty place another name, in place of what has that name.
    func rename(_ path: String, to name: String) throws
    /// Makes a symbolic link.
    func link(_ path: String, to target: String) throws
    /// Removes a file, a link, or a folder with all that is in it, if it is there.
    func remove(_ path: String) throws
}
