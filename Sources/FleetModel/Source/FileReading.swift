import Foundation

/// Reads files of a fleet repository, which may hold anything.
package enum FileReading {
    /// Larger files are no configuration. 32 MiB.
    private static let limit = 32 << 20

    /// - Returns: nil when there is no regular file at the path, or none that can be read, or a huge one. A pipe is not
    ///   opened: that would wait for ever.
    package static func contents(_ path: String) -> Data? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= limit else { return nil }
        return FileManager.default.contents(atPath: path)
    }
}
