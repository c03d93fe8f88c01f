import Foundation

/// A folder of archives that are named after their users.
package struct ArchiveFolder: Sendable, Equatable {
    /// An archive in the folder.
    package struct Archive: Sendable, Equatable {
        /// The file's name.
        package let file: String
        /// The user, as the file is called.
        package let user: String
    }

    /// The reason why a folder cannot be worked on.
    package enum Failure: Error, Equatable, CustomStringConvertible {
        case noArchives(String)
        /// Two files are of one user.
        case twice(user: String, files: [String])

        package var description: String {
            func shown(_ text: String) -> String { ByteText.readable(Array(text.utf8)) }
            return switch self {
            case .noArchives(let folder): "no archives in \(shown(folder)): they are called \(ArchiveFolder.names)"
            case .twice(let user, let files):
                shown("\(files.joined(separator: " and ")) are both of \(user); leave one of them in the folder")
            }
        }
    }

    /// The names of archives, for people.
    package static let names = "USER.zip, USER.tar, USER.tar.gz or USER.tgz"

    package let path: String
    package let archives: [Archive]
    /// Files with other names that do not belong to an archive either.
    package let others: [String]

    /// - Parameter path: of the folder.
    /// - Throws: `ArchiveFolder.Failure`; what the system says.
    package init(_ path: String) throws {
        self.path = path
        let files = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        archives = files.compactMap { file in Self.user(of: file).map { Archive(file: file, user: $0) } }
        others = files.filter { Self.user(of: $0) == nil && !Self.isBeside($0) }
        if archives.isEmpty { throw Failure.noArchives(path) }
        for (user, same) in Dictionary(grouping: archives, by: \.user) where same.count > 1 {
            throw Failure.twice(user: user, files: same.map(\.file))
        }
    }

    /// Nil when the path is no folder.
    /// - Throws: as the other.
    package init?(ifFolder path: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            return nil
        }
        try self.init(path)
    }

    /// The path of an archive in it.
    package func path(of archive: Archive) -> String { path + "/" + archive.file }

    /// The user whose archive has this file name; nil for other files.
    private static func user(of file: String) -> String? {
        for suffix in [".zip", ".tar", ".tar.gz", ".tgz"] where file.hasSuffix(suffix) && !file.hasPrefix(".") {
            return String(file.dropLast(suffix.count))
        }
        return nil
    }

    private static func isBeside(_ file: String) -> Bool {
        file.hasPrefix(".") || ReceiptPlace.isReceiptName(file) || file.hasSuffix(".part.state")
    }
}
