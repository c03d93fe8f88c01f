import Foundation

/// Writing that is never half done: a file is written beside its place and renamed.
package enum FileWriting {
    /// Writes a whole file. Its POSIX mode is 0o600, as secrets need it, unless others are given.
    /// - Throws: `FileError`, with the reason of the system.
    package static func write(_ text: String, to path: String, permissions: Int = 0o600) throws {
        try write(Array(text.utf8), to: path, permissions: permissions)
    }

    package static func write(_ bytes: [UInt8], to path: String, permissions: Int = 0o600) throws {
        let temporary = "\(path).\(ProcessInfo.processInfo.processIdentifier).new"
        do {
            try? FileManager.default.removeItem(atPath: temporary)
            guard
                FileManager.default.createFile(
                    atPath: temporary, contents: Data(bytes), attributes: [.posixPermissions: permissions])
            else { throw FileError.notWritten(path: path, reason: String(cString: strerror(errno))) }
            guard rename(temporary, path) == 0 else {
                throw FileError.notWritten(path: path, reason: String(cString: strerror(errno)))
            }
        } catch {
            try? FileManager.default.removeItem(atPath: temporary)
            throw error
        }
    }

    /// Makes a folder and those above it; an existing one gets the permissions too.
    package static func makeFolder(_ path: String, permissions: Int = 0o755) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path)
        } catch {
            throw FileError.notWritten(path: path, reason: error.localizedDescription)
        }
    }
}

package enum FileError: Error, Equatable, CustomStringConvertible {
    case notWritten(path: String, reason: String)
    case held(path: String, by: String)

    package var description: String {
        switch self {
        case .notWritten(let path, let reason): "\(path) cannot be written: \(reason)"
        case .held(_, let holder): holder
        }
    }
}
