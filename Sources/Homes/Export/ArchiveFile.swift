import Foundation

/// The file that the bytes of an archive go to; it may be standard output.
package struct ArchiveFile: Sendable {
    private let descriptor: Descriptor
    private let path: String
    /// Whether zeros can be left out: only a file has holes.
    private let hasHoles: Bool

    /// - Parameters:
    ///   - descriptor: stays open as long as this exists.
    ///   - path: its name in errors.
    init(_ descriptor: Descriptor, path: String) {
        self.descriptor = descriptor
        self.path = path
        var status = stat()
        hasHoles = fstat(descriptor.number, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// - Throws: `HomeError.notWritten`.
    package static func standardOutput() throws -> ArchiveFile {
        let copy = dup(STDOUT_FILENO)
        guard copy >= 0 else { throw HomeError.notWritten("standard output", reason: SystemError("dup").reason) }
        return ArchiveFile(Descriptor(copy), path: "standard output")
    }

    /// Writes the next bytes. A file does not take the room of pieces that are zeros.
    /// - Throws: `HomeError.notWritten`.
    package func write(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { bytes in
            if hasHoles, bytes.count >= 1 << 16, Zeros.fill(bytes) {
                guard lseek(descriptor.number, off_t(bytes.count), SEEK_CUR) >= 0 else {
                    throw HomeError.notWritten(path, reason: SystemError("lseek").reason)
                }
            } else {
                try descriptor.write(bytes, path: path)
            }
        }
    }

    /// Waits until all that was written is on the disk.
    /// - Throws: `HomeError.notWritten` when the system cannot say that it is.
    func synchronize() throws {
        // Zeros at the end are no write.
        let length = lseek(descriptor.number, 0, SEEK_CUR)
        guard length >= 0, ftruncate(descriptor.number, length) == 0 else {
            throw HomeError.notWritten(path, reason: SystemError("ftruncate").reason)
        }
        try descriptor.synchronize(path: path)
    }
}
