import Foundation
import Texts

/// A folder of archives that are named after their users.
package struct ArchiveFolder: Sendable, Equatable {
    /// An archive in the folder.
    package struct Archive: Sendable, Equatable {
        /// The file's name.
        package let file: String
        /// The user, as the file is called.
        package let user: ExactText
    }

    /// The reason why a folder cannot be worked on.
    package enum Failure: Error, Equatable, CustomStringConvertible {
        case noArchives(String)
        /// Two files are of one user.
        case twice(user: ExactText, files: [String])

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
        let names = try Self.names(in: path)
        let files = names.compactMap { String(validating: $0, as: UTF8.self) }
        archives = files.compactMap { file in Self.user(of: file.exact).map { Archive(file: file, user: $0) } }
        // No user is called so, and an archive of a name that is no text would be overlooked.
        let notText = names.filter { String(validating: $0, as: UTF8.self) == nil }.map(ByteText.readable)
        others = files.filter { Self.user(of: $0.exact) == nil && !Self.isBeside($0.exact) } + notText
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

    /// The bytes of all names in the folder, in order.
    private static func names(in path: String) throws -> [[UInt8]] {
        let chain = try FolderChain(path)
        do throws(SystemError) {
            let names = try NameList(chain.root)
            return (0..<names.count).map { Array(names[$0]) }
        } catch {
            throw HomeError.notAFolder(path, reason: error.reason)
        }
    }

    /// The user whose archive has this file name; nil for other files.
    private static func user(of file: ExactText) -> ExactText? {
        guard !file.hasPrefix(".") else { return nil }
        let suffixes: [ExactText] = [".zip", ".tar", ".tar.gz", ".tgz"]
        return suffixes.lazy.compactMap { file.without(suffix: $0) }.first
    }

    private static func isBeside(_ file: ExactText) -> Bool {
        file.hasPrefix(".") || ReceiptPlace.isReceiptName(file.text) || file.hasSuffix(".part.state")
    }
}
