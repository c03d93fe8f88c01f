import Crypto
import Foundation

/// One number for all that is in a home: the tree digest in the manifest of its archive.
///
/// SHA-256 over the manifest's lines: of each folder, file and link its name, kind, size, mode, time and contents.
package struct TreeDigest: Sendable {
    /// Hexadecimal.
    package let root: String
    package let files: Int
    /// The sizes of all files.
    package let bytes: Int64
    /// Things that could not be read, or changed meanwhile.
    package let problems: [HomeProblem]
    let leaves: LeafList

    /// Reads a whole home.
    ///
    /// - Parameters:
    ///   - home: the folder.
    ///   - settingIDs: whether the bits that set a user or a group are counted.
    ///   - user: whom this process acts as.
    ///   - progress: is told the bytes of each piece.
    /// - Throws: `HomeError.notAFolder`, and `CancellationError`.
    package init(
        of home: String, settingIDs: Bool = true, as user: ProcessUser = .current, progress: (Int64) -> Void = { _ in }
    ) throws {
        let chain = try FolderChain(home)
        let walk = try HomeWalk(home, as: user)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        var hash = SHA256()
        let lines = ManifestLines()
        var leaves = LeafList()
        var problems: [HomeProblem] = []
        var files = 0
        var bytes: Int64 = 0
        try walk.run { found in
            switch found {
            case .problem(let problem): problems.append(problem)
            case .entry(var entry):
                if !settingIDs { entry = entry.withoutSettingIDs }
                var digest = FileDigest.unknown
                if entry.isFile {
                    digest = try Self.read(entry, in: chain, buffer, progress)
                    files += 1
                    bytes += entry.size
                    if digest.state != .ok {
                        problems.append(HomeProblem(path: entry.path, reason: Self.reason(digest.state)))
                    }
                }
                let line = lines.line(entry, digest)
                hash.update(data: line)
                leaves.add(entry.path, SHA256.hash(data: line))
            }
        }
        self.root = ByteText.hexadecimal(hash.finalize())
        self.files = files
        self.bytes = bytes
        self.problems = problems
        self.leaves = leaves
    }

    private static func reason(_ state: FileState) -> HomeProblem.Reason {
        switch state {
        case .vanished: .vanished
        case .unreadable: .unreadable
        default: .changed
        }
    }

    private static func read(
        _ entry: HomeEntry, in chain: FolderChain, _ buffer: UnsafeMutableRawBufferPointer, _ progress: (Int64) -> Void
    ) throws -> FileDigest {
        func broken(_ state: FileState) -> FileDigest {
            FileDigest(sha256: [UInt8](repeating: 0, count: 32), state: state)
        }
        let file: Int32
        do throws(SystemError) { file = try chain.open(entry.path, flags: O_RDONLY | O_NONBLOCK) } catch {
            return broken(error.number == ENOENT || error.number == ELOOP ? .vanished : .unreadable)
        }
        defer { close(file) }
        var hash = SHA256()
        var left = entry.size
        while left > 0 {
            try Task.checkCancellation()
            let count = Foundation.read(file, buffer.baseAddress, Int(min(left, Int64(buffer.count))))
            if count < 0, SystemError("read").number == EINTR { continue }
            guard count > 0 else { return broken(count < 0 ? .unreadable : .changed) }
            hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            progress(Int64(count))
            left -= Int64(count)
        }
        var status = stat()
        guard fstat(file, &status) == 0, FileVersion(status) == entry.version else { return broken(.changed) }
        return FileDigest(sha256: Array(hash.finalize()), state: .ok)
    }
}

extension HomeEntry {
    fileprivate var withoutSettingIDs: HomeEntry {
        HomeEntry(
            path: path, kind: kind, permissions: permissions & 0o1777, modified: modified, version: version,
            allocated: allocated)
    }
}
