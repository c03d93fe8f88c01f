import Foundation

/// Opens folders and files below a root, each through the folder above it and none through a link: a path that changes
/// while it is walked never leads out of the root.
///
/// The folders on the way to the last path stay open, so that neighbours cost one call each; at most 64 do, so that deep
/// trees do not use up the process's descriptors.
final class FolderChain {
    /// A folder of the current path.
    private struct Level {
        /// The end of the folder's name in the current path.
        let end: Int
        /// -1 when it was closed to make room.
        var descriptor: Int32
    }

    private static let kept = 64
    /// The descriptor of the root, which stays the chain's.
    let root: Int32
    private var path: [UInt8] = []
    private var levels: [Level] = []

    /// - Throws: `HomeError.notAFolder`.
    init(_ root: String) throws {
        self.root = Foundation.open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard self.root >= 0 else { throw HomeError.notAFolder(root, reason: SystemError("open").reason) }
    }

    deinit {
        for level in levels where level.descriptor >= 0 { close(level.descriptor) }
        close(root)
    }

    /// The descriptor of a folder, which stays the chain's.
    ///
    /// - Parameter wanted: relative to the root, without `/` at its ends; empty: the root itself.
    /// - Returns: a descriptor that is good until the next call.
    /// - Throws: `SystemError`.
    func folder(_ wanted: ArraySlice<UInt8>) throws(SystemError) -> Int32 {
        keep(common(with: wanted))
        while (levels.last?.end ?? 0) < wanted.count {
            let start = levels.last.map { $0.end + 1 } ?? 0
            let rest = wanted.dropFirst(start)
            let name = rest.prefix { $0 != 0x2F }
            let descriptor = try open(name, O_RDONLY | O_DIRECTORY, in: lastOpened())
            push(Level(end: start + name.count, descriptor: descriptor), path: wanted)
        }
        return try lastOpened()
    }

    /// A new descriptor of what has this path, which is the caller's.
    func open(_ path: [UInt8], flags: Int32) throws(SystemError) -> Int32 {
        let (parent, name) = Self.split(path)
        return try open(name, flags, in: folder(parent))
    }

    /// The facts about what has this path; a link is not followed.
    func status(of path: [UInt8]) throws(SystemError) -> stat {
        let (parent, name) = Self.split(path)
        return try Self.status(of: name, in: folder(parent))
    }

    /// The facts about a name in a folder; a link is not followed.
    static func status(of name: ArraySlice<UInt8>, in folder: Int32) throws(SystemError) -> stat {
        var status = stat()
        try SystemCall.make("fstatat", name) { fstatat(folder, $0, &status, AT_SYMLINK_NOFOLLOW) }
        return status
    }

    /// The folder that holds a path, and its last name.
    static func split(_ path: [UInt8]) -> (parent: ArraySlice<UInt8>, name: ArraySlice<UInt8>) {
        guard let slash = path.lastIndex(of: 0x2F) else { return ([], path[...]) }
        return (path[..<slash], path[(slash + 1)...])
    }

    /// Forgets all folders but the root: after a change of the tree.
    func forget() { keep(0) }

    private func open(_ name: ArraySlice<UInt8>, _ flags: Int32, in folder: Int32) throws(SystemError) -> Int32 {
        try SystemCall.make("openat", name) { openat(folder, $0, flags | O_NOFOLLOW | O_CLOEXEC) }
    }

    /// The number of levels of the current path that a wanted one has, too.
    private func common(with wanted: ArraySlice<UInt8>) -> Int {
        var count = 0
        var start = 0
        for level in levels {
            guard level.end <= wanted.count,
                path[start..<level.end].elementsEqual(wanted.dropFirst(start).prefix(level.end - start)),
                level.end == wanted.count || wanted[wanted.startIndex + level.end] == 0x2F
            else { break }
            count += 1
            start = level.end
        }
        return count
    }

    private func keep(_ count: Int) {
        while levels.count > count {
            let level = levels.removeLast()
            if level.descriptor >= 0 { close(level.descriptor) }
        }
    }

    private func push(_ level: Level, path: ArraySlice<UInt8>) {
        self.path = Array(path)
        levels.append(level)
        let old = levels.count - 1 - Self.kept
        if old >= 0, levels[old].descriptor >= 0 {
            close(levels[old].descriptor)
            levels[old].descriptor = -1
        }
    }

    /// The descriptor of the last level, opened anew when it had to make room.
    private func lastOpened() throws(SystemError) -> Int32 {
        guard let last = levels.indices.last else { return root }
        if levels[last].descriptor >= 0 { return levels[last].descriptor }
        let opened = levels[..<last].lastIndex { $0.descriptor >= 0 }
        var start = opened.map { levels[$0].end + 1 } ?? 0
        var folder = opened.map { levels[$0].descriptor } ?? root
        for index in ((opened ?? -1) + 1)...last {
            let above = folder
            // A folder that is not kept is needed for this step alone.
            defer { if index - 1 != opened ?? -1, levels[index - 1].descriptor < 0 { close(above) } }
            let next = try open(path[start..<levels[index].end], O_RDONLY | O_DIRECTORY, in: above)
            folder = next
            // On the way up from a deep place, the folders above are wanted next.
            if last - index < Self.kept { levels[index].descriptor = next }
            start = levels[index].end + 1
        }
        return folder
    }
}
