import FleetModel

/// A fleet repository as it lies on the disk, without what git ignores: the state that a commit of all of it would have.
///
/// Files that nobody has added yet count. Programs that read more than one file find the folder as it is.
package struct GitWorkingTree: FleetSource {
    private let tree: WorkingTree
    private let ignored: Set<FleetPath>

    /// - Parameters:
    ///   - tree: the folder.
    ///   - runner: runs git.
    /// - Throws: `GitError`, or `CommandError` when git is missing or takes too long.
    package init(_ tree: WorkingTree, runner: any CommandRunner) async throws {
        self.tree = tree
        ignored = Set(try await Git(tree.root, runner: runner).ignored().compactMap { FleetPath($0) })
    }

    private func isIgnored(_ path: String) -> Bool {
        guard !ignored.isEmpty, let path = FleetPath(path) else { return false }
        return path.parts.indices.contains { ignored.contains(FleetPath(parts: Array(path.parts[...$0]))) }
    }

    package func kind(_ path: String) -> FileKind { isIgnored(path) ? .missing : tree.kind(path) }

    package func isLink(_ path: String) -> Bool { !isIgnored(path) && tree.isLink(path) }

    package func entries(_ folder: String) -> [String]? {
        guard !isIgnored(folder) else { return nil }
        return tree.entries(folder)?.filter { $0 != ".git" && !isIgnored(folder.isEmpty ? $0 : "\(folder)/\($0)") }
    }

    package func contents(_ path: String) async -> [UInt8]? { isIgnored(path) ? nil : await tree.contents(path) }

    package func identity(_ path: String) async -> FileIdentity? {
        isIgnored(path) ? nil : await tree.identity(path)
    }

    package func onDisk<Result: Sendable>(
        _ path: String, _ use: @Sendable (String) async throws -> Result
    ) async throws -> Result {
        guard !isIgnored(path) else { throw FleetSourceError.noFile(path) }
        return try await tree.onDisk(path, use)
    }
}
