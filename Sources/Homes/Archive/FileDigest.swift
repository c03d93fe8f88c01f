/// The digest of a file, known once the file was read, and what happened to the file meanwhile.
package struct FileDigest: Sendable, Equatable {
    package let sha256: [UInt8]
    package let state: FileState

    package init(sha256: [UInt8], state: FileState) {
        self.sha256 = sha256
        self.state = state
    }

    /// A digest of the right length, for lines that are only counted.
    static let unknown = FileDigest(sha256: [UInt8](repeating: 0, count: 32), state: .ok)
}
