import Foundation

/// The homes in a folder of homes.
package enum HomeFolders {
    /// The names of the folders that are users' homes, sorted. Hidden ones, `lost+found`, and shared folders, whose names
    /// begin with `_`, are not.
    ///
    /// - Throws: `HomeError.notAFolder`.
    package static func users(in folder: String) throws -> [String] {
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            return names.filter { isUser($0) && isFolder("\(folder)/\($0)") }.sorted()
        } catch {
            throw HomeError.notAFolder(folder, reason: error.localizedDescription)
        }
    }

    /// Whether a folder with this name belongs to a user.
    package static func isUser(_ name: String) -> Bool {
        !name.hasPrefix(".") && !name.hasPrefix("_") && name != "lost+found"
    }

    /// Whether it names something in a folder, and nothing elsewhere.
    package static func isName(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && !name.contains { $0 == "/" || $0 == "\0" }
            && name.utf8.count < 256
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
