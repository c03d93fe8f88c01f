import Foundation

/// The folders in a place where homes are, such as an NFS export of a hub.
package struct HomeFolders: Sendable, Equatable {
    /// The folders of users, in the order of the names' bytes.
    package var users: [[UInt8]] = []
    /// Folders whose name begins with `_`, such as `_shared`.
    package var shared: [[UInt8]] = []
    /// Names of what is no folder, for people; hidden names and `lost+found` are passed over.
    package var others: [String] = []
    /// Links to folders among the others.
    package var links: [[UInt8]] = []

    /// The names of users' folders, without those that are no text.
    package var userNames: [String] { users.compactMap { String(validating: $0, as: UTF8.self) } }

    /// The names of users' folders that are no UTF-8: no archive can be called so.
    package var namesThatAreNoText: [[UInt8]] { users.filter { String(validating: $0, as: UTF8.self) == nil } }

    /// Whether a folder of this name is looked at: hidden ones and `lost+found` never are.
    private static func isSeen(_ name: [UInt8]) -> Bool {
        name.first != UInt8(ascii: ".") && name != Array("lost+found".utf8)
    }

    private static func isShared(_ name: [UInt8]) -> Bool { name.first == UInt8(ascii: "_") }

    /// Whether a folder of this name is the home of a user.
    package static func isHome(_ name: [UInt8]) -> Bool { isSeen(name) && !isShared(name) }

    /// - Throws: `HomeError.notAFolder` when it cannot be read.
    package init(_ homes: String) throws {
        let chain = try FolderChain(homes)
        let names: NameList
        do throws(SystemError) { names = try NameList(chain.root) } catch {
            throw HomeError.notAFolder(homes, reason: error.reason)
        }
        for index in 0..<names.count {
            let name = Array(names[index])
            guard Self.isSeen(name) else { continue }
            if !Self.isFolder(name, in: chain.root, AT_SYMLINK_NOFOLLOW) {
                others.append(ByteText.readable(name))
                if Self.isFolder(name, in: chain.root, 0) { links.append(name) }
            } else if Self.isShared(name) {
                shared.append(name)
            } else {
                users.append(name)
            }
        }
    }

    /// Refuses a link in the place of a user's home, whoever asks for it: it may lead to the home of somebody else.
    ///
    /// - Parameter home: the path of the home.
    /// - Throws: `HomeError.link`.
    package static func checkIsNoLink(_ home: String) throws {
        var status = stat()
        guard CString.with(home.utf8, { lstat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFLNK else { return }
        throw HomeError.link(home)
    }

    /// `flags`: whether links are followed.
    private static func isFolder(_ name: [UInt8], in root: Int32, _ flags: Int32) -> Bool {
        var status = stat()
        return CString.with(name) { fstatat(root, $0, &status, flags) } == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
