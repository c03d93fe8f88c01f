import Foundation

/// Where an archive is written to: all of it, or an error.
package struct ArchiveFile: Sendable {
    private let descriptor: Int32
    private let path: String

    private init(_ descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    package static let standardOutput = ArchiveFile(STDOUT_FILENO, path: "standard output")

    /// - Throws: `HomeError.notWritten`.
    package func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while !rest.isEmpty {
            let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw HomeError.notWritten(path, reason: String(cString: strerror(errno))) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Makes a new file, which has its name only once all is written. An existing one stays as it is, and nothing is left
    /// of one that was not finished.
    package static func writing<Result>(_ path: String, _ body: (ArchiveFile) throws -> Result) throws -> Result {
        func failure() -> HomeError { .notWritten(path, reason: String(cString: strerror(errno))) }
        guard !FileManager.default.fileExists(atPath: path) else {
            throw HomeError.notWritten(path, reason: "it is there already; name another file")
        }
        // Two at once must not write into one.
        let part = "\(path).\(ProcessInfo.processInfo.processIdentifier).part"
        let descriptor = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure() }
        defer {
            close(descriptor)
            unlink(part)
        }
        let result = try body(ArchiveFile(descriptor, path: path))
        guard fsync(descriptor) == 0, link(part, path) == 0 else { throw failure() }
        return result
    }
}
