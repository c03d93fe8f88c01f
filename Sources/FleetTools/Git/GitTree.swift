import FleetModel
import Foundation

/// A fleet repository as one commit holds it, read from git's objects without a checkout.
///
/// Opening it takes four calls of git, and one more for each 40 MB of files beyond the first: all files below the folders
/// of a fleet are read at once. Links work as on the disk, but for absolute ones and those that leave the repository on
/// their way: they lead out. A repository inside the repository is an empty folder.
package final class GitTree: FleetSource {
    /// The folders that a fleet is in; their files are read when it is opened.
    private static let layout = ["config", Charts.folder, "upstream"]
    /// What is read in one call, in bytes; a runner of programs takes no more than 64 MiB.
    private static let batch = 40 << 20
    /// What the files of a fleet may take together, in bytes, each counted wherever it lies: a few bytes of git can make
    /// a disk full of them. Fleets take a few MiB.
    private static let largest = 512 << 20

    /// The name of the commit.
    package let commit: String

    private let git: Git
    private let paths: GitPaths
    /// Bytes by the names of their objects.
    private let objects: [String: [UInt8]]

    /// Opens a commit.
    ///
    /// - Parameters:
    ///   - revision: a commit by any name that git knows, such as `main~1`.
    ///   - folder: the root of the fleet; the top of its git repository or a folder below it.
    ///   - runner: runs git.
    /// - Throws: `GitError`, or `CommandError` when git is missing or takes too long.
    package init(_ revision: String, of folder: String, runner: any CommandRunner) async throws {
        git = Git(folder, runner: runner)
        commit = try await git.commit(revision)
        let files = try await git.list(commit)
        let read = files.filter { $0.kind == .file && $0.size <= FileKind.largest && Self.isInLayout($0.path) }
        let links = files.filter { $0.kind == .link && $0.size <= Int(PATH_MAX) }
        let size = (read + links).reduce(0) { $0 + $1.size }
        guard size <= Self.largest else { throw GitError.tooLarge(bytes: size, most: Self.largest, folder: folder) }
        let targets = try await Self.read(links, from: git)
        paths = GitPaths(
            files,
            targets: Dictionary(
                links.compactMap { link in
                    GitPaths.path(of: link).map { ($0, String(decoding: targets[link.object] ?? [], as: UTF8.self)) }
                },
                uniquingKeysWith: { first, _ in first }))
        objects = try await Self.read(read, from: git)
    }

    /// Reads files in as few calls as their sizes allow.
    private static func read(_ files: [GitFile], from git: Git) async throws -> [String: [UInt8]] {
        var objects: [String: [UInt8]] = [:]
        var batch: [String] = []
        var size = 0
        for file in Dictionary(files.map { ($0.object, $0) }, uniquingKeysWith: { first, _ in first }).values {
            if size + file.size > Self.batch, !batch.isEmpty {
                objects.merge(try await git.contents(of: batch)) { first, _ in first }
                (batch, size) = ([], 0)
            }
            batch.append(file.object)
            size += file.size
        }
        if !batch.isEmpty { objects.merge(try await git.contents(of: batch)) { first, _ in first } }
        return objects
    }

    /// Whether a file is below one of the folders of a fleet, or at its top.
    private static func isInLayout(_ path: String) -> Bool {
        let names = FleetPath.names(in: path)
        return names.count == 1 || names.first.map(layout.contains) == true
    }

    package func kind(_ path: String) -> FileKind {
        switch paths.find(path) {
        case .file: .file
        case .folder: .folder
        case .missing: .missing
        case .outside: .outside
        }
    }

    package func isLink(_ path: String) -> Bool { paths.isLink(path) }

    package func entries(_ folder: String) -> [String]? { paths.entries(folder) }

    package func contents(_ path: String) async -> [UInt8]? {
        guard case .file(let file, _) = paths.find(path), file.size <= FileKind.largest else { return nil }
        if let bytes = objects[file.object] { return bytes }
        // A file that lies where a fleet keeps none.
        return try? await git.contents(of: [file.object])[file.object]
    }

    package func identity(_ path: String) async -> FileIdentity? {
        guard case .file(let file, _) = paths.find(path), file.size <= FileKind.largest else { return nil }
        // Where the names of git are SHA-256, they are not those of the working tree.
        if file.object.utf8.count == 40 { return FileIdentity(blob: file.object) }
        return await contents(path).map { FileIdentity(of: $0) }
    }

    /// The file is written into a private folder, which is removed afterwards.
    package func onDisk<Result: Sendable>(
        _ path: String, _ use: @Sendable (String) async throws -> Result
    ) async throws -> Result {
        guard let clean = FleetPath(path), case .file = paths.find(path), let bytes = await contents(path) else {
            throw FleetSourceError.noFile(path)
        }
        return try await PrivateFolder.with(clean.description, bytes) { try await use($0) }
    }
}
