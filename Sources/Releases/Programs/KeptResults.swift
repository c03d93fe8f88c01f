import Crypto
import FleetModel
import FleetTools
import Foundation
import Texts

/// What tells a result of a program from all others: the content of its files, what it can ask for, and its version.
struct ResultKey: Sendable {
    /// 64 hexadecimal digits.
    let name: String

    init(_ files: JsonnetFiles, variables: [(name: String, value: String)], program: String) {
        var digest = SHA256()
        /// Each part has its length before it, so that no two keys are made of the same bytes.
        func add(_ bytes: [UInt8]) {
            digest.update(data: Array("\(bytes.count):".utf8))
            digest.update(data: bytes)
        }
        // Another form of keys and results gets another number.
        add(Array("1".utf8))
        add(Array(program.utf8))
        add(Array(files.main.description.utf8))
        for (name, value) in variables {
            add(Array(name.utf8))
            add(Array(value.utf8))
        }
        add([])
        for (path, bytes) in files.contents.sorted(by: { $0.key.description.exact < $1.key.description.exact }) {
            add(Array(path.description.utf8))
            add(bytes)
        }
        name = digest.finalize().hexadecimal
    }
}

/// Results of programs, kept on this disk for other runs by their content. Several processes may use it at a time: a result
/// is written beside its place and renamed, and one that is damaged, or gone meanwhile, is made anew.
package actor KeptResults {
    /// What all results together may take, in bytes.
    package static let usualLimit = 64 << 20

    private let folder: String
    private let limit: Int
    private let tell: @Sendable (String) -> Void
    /// Nil before it is first looked at.
    private var isUsable: Bool?
    /// How many bytes may be added before the folder is looked through for what is too much.
    private var room = 0

    /// - Parameters:
    ///   - folder: an absolute path; it is made when the first result is kept.
    ///   - limit: what all results together may take, in bytes; the oldest go first.
    ///   - tell: is told when the folder was made.
    package init(
        in folder: String, limit: Int = KeptResults.usualLimit, tell: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.folder = folder
        self.limit = limit
        self.tell = tell
    }

    /// What was kept; nil for what was not, or is damaged.
    func result(_ key: ResultKey) -> [UInt8]? {
        guard isOwn(makes: false) else { return nil }
        let path = "\(folder)/\(key.name)"
        let file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return nil }
        let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
        guard let data = try? handle.readToEnd(), data.count > Self.digestLength else { return nil }
        let bytes = Array(data)
        let result = Array(bytes[Self.digestLength...])
        guard Self.digest(of: result) == Array(bytes[..<Self.digestLength]) else { return nil }
        // It was of use, so it goes later than others.
        _ = utimes(path, nil)
        return result
    }

    /// Keeps a result. Where that cannot be, nothing is kept, and nobody is the worse for it.
    func keep(_ result: [UInt8], as key: ResultKey) {
        guard result.count <= limit / 8, isOwn(makes: true) else { return }
        if room < result.count { removeOldest() }
        room -= result.count
        try? FileWriting.write(Self.digest(of: result) + result, to: "\(folder)/\(key.name)", permissions: 0o600)
    }

    private static let digestLength = 64

    private static func digest(of bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes).hexadecimal.utf8) }

    /// Whether the folder is this user's alone: what others can write there is no result.
    private func isOwn(makes: Bool) -> Bool {
        if let isUsable { return isUsable }
        if FolderStatus.of(folder) == nil {
            guard makes else { return false }
            guard (try? FileWriting.makeFolder(folder, permissions: 0o700)) != nil else {
                isUsable = false
                return false
            }
            tell("made \(folder), which keeps what jsonnet computed; it can be removed at any time")
        }
        let isOwn = FolderStatus.of(folder) == .own
        isUsable = isOwn
        return isOwn
    }

    /// Removes the oldest results while all take more than three quarters of what they may, and what killed processes left.
    private func removeOldest() {
        FileWriting.removeLeftovers(in: folder) { _ in true }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        var results = names.compactMap { name -> (path: String, size: Int, used: Int)? in
            var status = stat()
            guard name.utf8.count == Self.digestLength, lstat("\(folder)/\(name)", &status) == 0 else { return nil }
            #if canImport(Darwin)
                let used = status.st_mtimespec.tv_sec
            #else
                let used = status.st_mtim.tv_sec
            #endif
            return ("\(folder)/\(name)", Int(status.st_size), used)
        }
        var size = results.reduce(0) { $0 + $1.size }
        results.sort { $0.used > $1.used }
        while size > limit / 4 * 3, let oldest = results.popLast() {
            unlink(oldest.path)
            size -= oldest.size
        }
        room = limit - size
    }
}

/// Whose a folder is.
private enum FolderStatus {
    /// A folder of this user, that nobody else can enter.
    case own
    case other

    /// Nil when nothing is there.
    static func of(_ path: String) -> FolderStatus? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        let isPrivate = status.st_mode & S_IFMT == S_IFDIR && status.st_uid == geteuid() && status.st_mode & 0o077 == 0
        return isPrivate ? .own : .other
    }
}
