import Foundation

/// Where the bytes of an archive go to: a file or standard output.
package struct ArchiveFile: Sendable {
    private let descriptor: Descriptor
    private let path: String

    /// - Parameters:
    ///   - descriptor: stays open as long as this exists.
    ///   - path: its name in errors.
    init(_ descriptor: Descriptor, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// - Throws: `HomeError.notWritten`.
    package static func standardOutput() throws -> ArchiveFile {
        let copy = dup(STDOUT_FILENO)
        guard copy >= 0 else { throw HomeError.notWritten("standard output", reason: String(cString: strerror(errno))) }
        return ArchiveFile(Descriptor(copy), path: "standard output")
    }

    /// - Throws: `HomeError.notWritten`.
    package func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try descriptor.write($0, path: path) } }

    /// - Throws: `HomeError.notWritten` when the system cannot say that all of it is on the disk.
    func synchronize() throws {
        guard fsync(descriptor.number) == 0 else {
            throw HomeError.notWritten(path, reason: String(cString: strerror(errno)))
        }
    }
}
