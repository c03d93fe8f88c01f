import Synchronization

@testable import Engines

/// A disk whose process is killed after so many changes: later ones do not happen, and nothing tidies up.
final class DyingDisk: RevisionDisk {
    struct Killed: Error {}

    private let real = RealRevisionDisk()
    private let limit: Int
    private let kept: String?
    private let count = Mutex(0)

    /// Whatever has the name `kept` cannot be removed.
    init(after limit: Int, keeping kept: String? = nil) {
        self.limit = limit
        self.kept = kept
    }

    /// Whether a change was asked for after the last one.
    var isDead: Bool { count.withLock { $0 > limit } }

    private func change(_ body: () throws -> Void) throws {
        let isAlive = count.withLock { count in
            count += 1
            return count <= limit
        }
        guard isAlive else { throw Killed() }
        try body()
    }

    func makeFolder(_ path: String, permissions: Int) throws {
        try change { try real.makeFolder(path, permissions: permissions) }
    }

    /// A write that is cut off leaves the first half of the file.
    func write(_ bytes: [UInt8], to path: String, permissions: Int) throws {
        try change { try real.write(Array(bytes.prefix(bytes.count / 2)), to: path, permissions: permissions) }
        try change {
            try real.remove(path)
            try real.write(bytes, to: path, permissions: permissions)
        }
    }

    func replace(_ path: String, with bytes: [UInt8]) throws {
        // The real one in its steps.
        try change {
            try real.remove(path + ".new")
            try real.write(Array(bytes.prefix(bytes.count / 2)), to: path + ".new", permissions: 0o600)
        }
        try change { try real.replace(path, with: bytes) }
    }

    func sync(_ folder: String) throws { try change { try real.sync(folder) } }
    func rename(_ path: String, to name: String) throws { try change { try real.rename(path, to: name) } }
    func link(_ path: String, to target: String) throws { try change { try real.link(path, to: target) } }

    func remove(_ path: String) throws {
        if let kept, path.hasSuffix("/" + kept) { throw Killed() }
        try change { try real.remove(path) }
    }
}
