import Foundation
import Synchronization
import Texts

/// A fleet repository as it lies on the disk.
package final class WorkingTree: FleetSource {
    /// The absolute path of the repository, as it was given.
    package let root: String

    private let realRoot: String
    private let identities = Mutex<[FleetPath: FileIdentity]>([:])

    /// - Parameter root: an absolute path. What is not there has no files.
    package init(_ root: String) {
        self.root = root
        realRoot = Self.real(root) ?? root
    }

    package func kind(_ path: String) -> FileKind {
        switch place(path) {
        case .at(let real):
            var status = stat()
            return lstat(real, &status) == 0 ? FileKind(status) : .missing
        case .missing: return .missing
        case .outside: return .outside
        case .other: return .other
        }
    }

    package func isLink(_ path: String) -> Bool {
        guard let clean = FleetPath(path), let name = clean.parts.last,
            case .at(let folder) = place(FleetPath(parts: clean.parts.dropLast()).description)
        else { return false }
        var status = stat()
        return lstat("\(folder)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    package func entries(_ folder: String) -> [String]? {
        guard case .at(let real) = place(folder), let descriptor = descriptor(of: real, O_DIRECTORY) else { return nil }
        guard let stream = fdopendir(descriptor) else {
            close(descriptor)
            return nil
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let name, name != ".", name != "..", !FleetPath.isOfGit(name) { names.append(name) }
        }
        return names.sortedByBytes()
    }

    /// A pipe is not waited for: that would be for ever.
    package func contents(_ path: String) async -> [UInt8]? {
        guard case .at(let real) = place(path), let descriptor = descriptor(of: real, O_NONBLOCK) else { return nil }
        defer { close(descriptor) }
        return Self.bytes(of: descriptor)
    }

    package func identity(_ path: String) async -> FileIdentity? {
        guard let key = FleetPath(path), !key.namesFolder else { return nil }
        if let known = identities.withLock({ $0[key] }) { return known }
        guard let bytes = await contents(path) else { return nil }
        let identity = FileIdentity(of: bytes)
        identities.withLock { $0[key] = identity }
        return identity
    }

    /// The file stays where it is, with the path that leads to it here, because some look at their own path.
    package func onDisk<Result: Sendable>(
        _ path: String, _ use: @Sendable (String) async throws -> Result
    ) async throws -> Result {
        guard let clean = FleetPath(path), kind(path) == .file else { throw FleetSourceError.noFile(path) }
        return try await use("\(root)/\(clean)")
    }

    // MARK: - Links

    private enum Place {
        /// The absolute path without links.
        case at(String)
        case missing
        case outside
        /// What cannot be looked at.
        case other
    }

    private func place(_ path: String) -> Place {
        guard let clean = FleetPath(path), !clean.parts.contains(where: FleetPath.isOfGit) else { return .outside }
        guard let real = Self.real("\(realRoot)/\(clean)" + (clean.namesFolder ? "/" : "")) else {
            return [ENOENT, ENOTDIR, ELOOP].contains(errno) ? .missing : .other
        }
        return pathInside(real) == nil ? .outside : .at(real)
    }

    /// A path without links as one of the fleet; nil when it is outside, or git's own.
    private func pathInside(_ real: String) -> FleetPath? {
        let rest = real.utf8.dropFirst(realRoot.utf8.count)
        guard real.utf8.starts(with: realRoot.utf8), rest.isEmpty || realRoot == "/" || rest.first == UInt8(ascii: "/")
        else { return nil }
        let parts = FleetPath.names(in: String(Substring(rest)))
        return parts.contains(where: FleetPath.isOfGit) ? nil : FleetPath(parts: parts)
    }

    private static func real(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(validatingCString: found)
    }

    // MARK: - Bytes

    /// Opens what lies at a path without links, part by part from the root and through none, so that a link that was put
    /// there meanwhile leads nowhere.
    private func descriptor(of real: String, _ flags: Int32) -> Int32? {
        guard let path = pathInside(real) else { return nil }
        var descriptor = open(realRoot, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
        for (index, name) in path.parts.enumerated() where descriptor >= 0 {
            let isLast = index == path.parts.count - 1
            let next = openat(descriptor, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | (isLast ? flags : O_DIRECTORY))
            close(descriptor)
            descriptor = next
        }
        return descriptor < 0 ? nil : descriptor
    }

    private static func bytes(of descriptor: Int32) -> [UInt8]? {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= FileKind.largest
        else { return nil }
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
        return isRead ? bytes : nil
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
