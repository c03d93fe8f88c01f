import FleetTools
import Foundation

/// Changes the real disk.
struct RealRevisionDisk: RevisionDisk {
    func makeFolder(_ path: String, permissions: Int) throws {
        try FileWriting.makeFolder(path, permissions: permissions)
    }

    func write(_ bytes: [UInt8], to path: String, permissions: Int) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.failure(path) }
        defer { close(file) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
            guard count >= 0 || errno == EINTR else { throw Self.failure(path) }
            rest = rest.dropFirst(max(0, count))
        }
        guard fchmod(file, mode_t(permissions)) == 0, fsync(file) == 0 else { throw Self.failure(path) }
    }

    func replace(_ path: String, with bytes: [UInt8]) throws {
        let mark = String(UInt32.random(in: 0...UInt32.max), radix: 36)
        let new = "\(path).\(ProcessInfo.processInfo.processIdentifier)-\(mark).new"
        do {
            try write(bytes, to: new, permissions: 0o600)
            try rename(new, to: path)
        } catch {
            try? remove(new)
            throw error
        }
        try sync(URL(filePath: path).deletingLastPathComponent().path)
    }

    func sync(_ folder: String) throws {
        let file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw Self.failure(folder) }
        defer { close(file) }
        // Some disks cannot do that for folders, such as those of other machines.
        guard fsync(file) == 0 || [EINVAL, ENOTSUP].contains(errno) else { throw Self.failure(folder) }
    }

    func rename(_ path: String, to name: String) throws {
        guard Foundation.rename(path, name) == 0 else { throw Self.failure(name) }
    }

    func link(_ path: String, to target: String) throws {
        guard symlink(target, path) == 0 else { throw Self.failure(path) }
    }

    func remove(_ path: String) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw FileError.notWritten(path: path, reason: SystemReason.of(error))
        }
    }

    /// At once after the call that failed.
    private static func failure(_ path: String) -> FileError {
        .notWritten(path: path, reason: String(cString: strerror(errno)))
    }
}
