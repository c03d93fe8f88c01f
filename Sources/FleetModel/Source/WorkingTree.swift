import Foundation
import Synchronization

/// A fleet repository as it lies on the disk.
package final class WorkingTree: FleetSource {
    /// The absolute path of the repository, as it was given.
    package let root: String

    private let realRoot: String
    /// Where folders really are, by their paths: each is looked for once.
    private let folders = Mutex<[String: Place]>([:])
    private let identities = Mutex<[String: FileIdentity]>([:])

    /// - Parameter root: an absolute path. What is not there has no files.
    package init(_ root: String) {
        self.root = root
        realRoot = Self.real(root) ?? root
    }

    package func kind(_ path: String) -> FileKind {
        guard let parts = FleetPath.parts(path) else { return .outside }
        guard let name = parts.last else { return kind(at: realRoot) }
        switch folder(parts.dropLast()) {
        case .outside: return .outside
        case .missing: return .missing
        case .at(let folder): return kind(at: "\(folder)/\(name)")
        }
    }

    package func isLink(_ path: String) -> Bool {
        guard let parts = FleetPath.parts(path), let name = parts.last, case .at(let folder) = folder(parts.dropLast())
        else { return false }
        var status = stat()
        return lstat("\(folder)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    package func entries(_ folder: String) -> [String]? {
        guard let parts = FleetPath.parts(folder), case .at(let path) = self.folder(parts[...]) else { return nil }
        guard let stream = opendir(path) else { return nil }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let name, name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    package func contents(_ path: String) async -> [UInt8]? {
        guard let parts = FleetPath.parts(path), let name = parts.last, case .at(let folder) = folder(parts.dropLast())
        else { return nil }
        let file = "\(folder)/\(name)"
        switch Self.look(at: file) {
        case .bytes(let bytes): return bytes
        case .nothing: return nil
        case .link:
            guard let real = Self.real(file), isInside(real), case .bytes(let bytes) = Self.look(at: real) else {
                return nil
            }
            return bytes
        }
    }

    package func identity(_ path: String) async -> FileIdentity? {
        if let known = identities.withLock({ $0[path] }) { return known }
        guard let bytes = await contents(path) else { return nil }
        let identity = FileIdentity(of: bytes)
        identities.withLock { $0[path] = identity }
        return identity
    }

    /// The file stays where it is, with the path that leads to it here, because some look at their own path.
    package func onDisk<Result: Sendable>(
        _ path: String, _ scope: DiskScope, _ use: @Sendable (String) async throws -> Result
    ) async throws -> Result {
        guard kind(path) == .file else { throw FleetSourceError.noFile(path) }
        return try await use("\(root)/\(path)")
    }

    // MARK: - Links

    private enum Place {
        /// The absolute path without links.
        case at(String)
        case missing
        case outside
    }

    private func folder(_ parts: ArraySlice<Substring>) -> Place {
        guard !parts.isEmpty else { return .at(realRoot) }
        let path = parts.joined(separator: "/")
        if let known = folders.withLock({ $0[path] }) { return known }
        let place: Place =
            if let real = Self.real("\(realRoot)/\(path)") { isInside(real) ? .at(real) : .outside } else { .missing }
        folders.withLock { $0[path] = place }
        return place
    }

    private func isInside(_ real: String) -> Bool { real == realRoot || real.hasPrefix(realRoot + "/") }

    private func kind(at path: String) -> FileKind {
        var status = stat()
        guard lstat(path, &status) == 0 else { return errno == ENOENT || errno == ENOTDIR ? .missing : .other }
        guard status.st_mode & S_IFMT == S_IFLNK else { return FileKind(status) }
        guard let real = Self.real(path) else { return .missing }
        guard isInside(real) else { return .outside }
        return lstat(real, &status) == 0 ? FileKind(status) : .missing
    }

    private static func real(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(validatingCString: found)
    }

    // MARK: - Bytes

    private enum Found {
        case bytes([UInt8])
        case link
        case nothing
    }

    /// Reads a plain file. A pipe is not waited for: that would be for ever.
    private static func look(at path: String) -> Found {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return errno == ELOOP ? .link : .nothing }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= FileKind.largest
        else { return .nothing }
        let size = Int(status.st_size)
        var isRead = true
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let more = read(descriptor, buffer.baseAddress.map { $0 + count }, size - count)
                if more < 0, errno == EINTR { continue }
                isRead = more >= 0
                guard more > 0 else { return }
                count += more
            }
        }
        return isRead ? .bytes(bytes) : .nothing
    }
}

extension FileKind {
    /// What the system says of something that is no link.
    fileprivate init(_ status: stat) {
        switch status.st_mode & S_IFMT {
        case S_IFREG: self = .file
        case S_IFDIR: self = .folder
        default: self = .other
        }
    }
}
