import Foundation

/// Measures a folder as `du` does, without following links.
struct UsageWalk {
    /// A folder on the way, and the next of its names.
    private struct Frame {
        let path: [UInt8]
        let names: NameList
        var next = 0
    }

    /// The number of a file, which its names share.
    private struct FileKey: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    private let chain: FolderChain
    private var usage: HomeUsage
    private var seen: Set<FileKey> = []
    private var frames: [Frame] = []

    private init(_ folder: String, in chain: FolderChain) {
        self.chain = chain
        usage = HomeUsage(folder: folder)
    }

    /// Measures the folder of this name below the chain's root.
    ///
    /// - Throws: `CancellationError` only: what cannot be read is part of the result.
    static func measure(_ name: [UInt8], in chain: FolderChain) throws -> HomeUsage {
        var walk = UsageWalk(ByteText.readable(name), in: chain)
        try walk.run(name)
        return walk.usage
    }

    private mutating func run(_ root: [UInt8]) throws {
        enter(root, root: root)
        while let top = frames.indices.last {
            try Task.checkCancellation()
            guard frames[top].next < frames[top].names.count else {
                frames.removeLast()
                continue
            }
            let path = frames[top].path + [0x2F] + frames[top].names[frames[top].next]
            frames[top].next += 1
            look(path, root: root)
        }
    }

    private mutating func enter(_ path: [UInt8], root: [UInt8]) {
        var status = stat()
        var isOpen = false
        do throws(SystemError) {
            let folder = try chain.folder(path[...])
            try SystemCall.check("fstat", fstat(folder, &status))
            isOpen = true
            usage.disk += Int64(status.st_blocks) * 512
            frames.append(Frame(path: path, names: try NameList(folder)))
        } catch let error where error.isGone {
            usage.isGone = usage.isGone || path == root
        } catch {
            if !isOpen, let found = try? chain.status(of: path) { usage.disk += Int64(found.st_blocks) * 512 }
            usage.add(unreadable: Array(path.dropFirst(root.count + 1)))
        }
    }

    private mutating func look(_ path: [UInt8], root: [UInt8]) {
        let status: stat
        do throws(SystemError) { status = try chain.status(of: path) } catch {
            if !error.isGone { usage.add(unreadable: Array(path.dropFirst(root.count + 1))) }
            return
        }
        if status.st_mode & S_IFMT == S_IFDIR { return enter(path, root: root) }
        let key = FileKey(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        guard status.st_nlink < 2 || seen.insert(key).inserted else { return }
        usage.disk += Int64(status.st_blocks) * 512
        guard status.st_mode & S_IFMT == S_IFREG else { return }
        usage.files += 1
        // Holes cost nothing, so anybody can have files of any size.
        usage.apparent = min(usage.apparent + min(Int64(status.st_size), HomeWalk.mostBytes), HomeWalk.mostBytes)
        usage.lastUse = max(usage.lastUse ?? .min, Int64(status.st_mtim.tv_sec))
    }
}
