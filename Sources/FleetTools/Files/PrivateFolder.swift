import FleetModel
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

    /// Writes a file by its path in the folder, with the folders above it. A path that leads elsewhere is refused.
    /// - Throws: `FileError`.
    package func write(_ bytes: [UInt8], to file: String) throws {
        guard let place = FleetPath(file), !place.parts.isEmpty, place.description.utf8.elementsEqual(file.utf8) else {
            throw FileError.notWritten(path: file, reason: "it does not lie below the folder")
        }
        try makeFolders(above: place)
        let file = "\(path)/\(place)"
        guard
            FileManager.default.createFile(
                atPath: file, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
        else { throw FileError.notWritten(path: file, reason: String(cString: strerror(errno))) }
    }

    /// Makes the folders that a file will lie in.
    /// - Throws: `FileError`.
    func makeFolders(above file: FleetPath) throws {
        var folder = path
        for name in file.parts.dropLast() {
            folder += "/" + name
            guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
                throw FileError.notWritten(path: folder, reason: String(cString: strerror(errno)))
            }
        }
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
