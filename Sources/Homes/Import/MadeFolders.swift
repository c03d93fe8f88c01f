import Foundation

/// The folders that an import has made: those alone get modes, owners and times from the archive, since what was there
/// before stays as it is.
///
/// They stand in a file of the folder until the import is done, so that after a kill the next one knows them, too.
final class MadeFolders {
    private static let ending = Array(".folders".utf8)

    private let root: Int32
    /// The paths by which errors name things.
    private let shown: String
    private var file: Descriptor?
    /// The file is another for each import, so that two never write to one.
    private let name = ImportPart().name + MadeFolders.ending
    private(set) var paths: Set<[UInt8]> = []

    /// - Parameters:
    ///   - root: the descriptor of the import's folder, which stays open as long as this is used.
    ///   - shown: the path of that folder.
    init(root: Int32, shown: String) {
        self.root = root
        self.shown = shown
    }

    /// Whether an import calls its list so.
    static func isList(_ name: ArraySlice<UInt8>) -> Bool {
        name.suffix(ending.count).elementsEqual(ending) && ImportPart.is(name.dropLast(ending.count))
    }

    /// Takes over the lists that imports left when they were killed, and removes them.
    /// - Throws: `HomeError.notWritten`.
    func takeOver(_ lists: [[UInt8]], user: uid_t) throws {
        for list in lists {
            for path in Self.read(list, in: root, user) { try add(path) }
            _ = CString.with(list) { unlinkat(root, $0, 0) }
        }
    }

    /// Notes a folder before it is made.
    /// - Throws: `HomeError.notWritten`.
    func add(_ path: [UInt8]) throws {
        guard paths.insert(path).inserted else { return }
        let file = try self.file ?? open()
        self.file = file
        try (path + [0]).withUnsafeBytes { try file.write($0, path: shown) }
    }

    /// Forgets them: all have what they should.
    func finish() {
        guard file != nil else { return }
        _ = CString.with(name) { unlinkat(root, $0, 0) }
        file = nil
    }

    private func open() throws -> Descriptor {
        do throws(SystemError) {
            return Descriptor(
                try SystemCall.make("openat", name) {
                    openat(root, $0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
                })
        } catch {
            throw HomeError.notWritten(shown, reason: error.reason)
        }
    }

    /// The paths in a list; none when it is no file of this user.
    private static func read(_ list: [UInt8], in root: Int32, _ user: uid_t) -> [[UInt8]] {
        let number = CString.with(list) { openat(root, $0, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) }
        guard number >= 0 else { return [] }
        let file = Descriptor(number)
        var status = stat()
        guard fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == user,
            status.st_size < 1 << 32, let bytes = try? file.read(upTo: Int(status.st_size), at: 0, path: "")
        else { return [] }
        // The last one may have been cut.
        return bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast().map(Array.init).filter {
            ImportPlan.inside($0) == $0
        }
    }
}
