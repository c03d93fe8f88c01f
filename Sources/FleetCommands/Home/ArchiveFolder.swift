import FleetModel
import FleetTools
import Foundation

/// A folder of archives that are named after their users.
struct ArchiveFolder {
    struct Archive {
        /// The file's name.
        let file: String
        let user: String
    }

    /// How archives are called, for people.
    static let names = "USER.zip, USER.tar, USER.tar.gz or USER.tgz"

    let archives: [Archive]
    /// Files that are called otherwise, and do not belong to an archive either.
    let others: [String]

    /// - Throws: `Refusal` when there are none, or two of one user; what the system says.
    init(_ folder: URL) throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        archives = files.compactMap { file in Self.user(of: file).map { Archive(file: file, user: $0) } }
        others = files.filter { Self.user(of: $0) == nil && !Self.isBeside($0) }
        guard !archives.isEmpty else {
            throw Refusal("no archives in \(folder.path.printable): they are called \(Self.names)")
        }
        for (user, same) in Dictionary(grouping: archives, by: \.user) where same.count > 1 {
            let files = same.map(\.file).joined(separator: " and ")
            throw Refusal("\(files) are both of \(user); leave one of them in the folder".printable)
        }
    }

    /// Nil when the path is no folder.
    /// - Throws: as the other.
    init?(ifFolder path: URL) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path.path, isDirectory: &isFolder), isFolder.boolValue else {
            return nil
        }
        try self.init(path)
    }

    /// Says what is passed over.
    func tell(in context: FleetContext) {
        for file in others {
            context.output.message("\(file.printable): passed over; archives are called \(Self.names)")
        }
    }

    static func user(of file: String) -> String? {
        for suffix in [".zip", ".tar", ".tar.gz", ".tgz"] where file.hasSuffix(suffix) && !file.hasPrefix(".") {
            return String(file.dropLast(suffix.count))
        }
        return nil
    }

    private static func isBeside(_ file: String) -> Bool {
        file.hasPrefix(".") || file.hasSuffix("receipt.json") || file.hasSuffix(".part.state")
    }
}
