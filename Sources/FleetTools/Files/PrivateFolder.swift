import Foundation

/// A folder that only this user can enter, for as long as a program reads it.
package struct PrivateFolder: Sendable {
    /// Its absolute path.
    package let path: String

    /// Makes one among the system's temporary folders.
    /// - Throws: `FileError`.
    package init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "hubfleet-\(UUID())").path
        guard mkdir(path, 0o700) == 0 else {
            throw FileError.notWritten(path: path, reason: String(cString: strerror(errno)))
        }
    }

    /// Writes a file by its path in the folder, with the folders above it.
    /// - Throws: `FileError`.
    package func write(_ bytes: [UInt8], to file: String) throws {
        let file = "\(path)/\(file)"
        try FileWriting.makeFolder(URL(filePath: file).deletingLastPathComponent().path, permissions: 0o700)
        guard
            FileManager.default.createFile(
                atPath: file, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
        else { throw FileError.notWritten(path: file, reason: String(cString: strerror(errno))) }
    }

    /// Removes it with all that is in it.
    package func remove() { try? FileManager.default.removeItem(atPath: path) }

    /// Gives one file to `use`, and removes it afterwards, also when `use` fails or is cancelled.
    package static func with<Result: Sendable>(
        _ file: String, _ bytes: [UInt8], _ use: (String) async throws -> Result
    ) async throws -> Result {
        let folder = try PrivateFolder()
        defer { folder.remove() }
        try folder.write(bytes, to: file)
        return try await use("\(folder.path)/\(file)")
    }
}
