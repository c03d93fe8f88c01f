import FleetModel
import Foundation

/// The files of a commit on the disk, for programs that read more than one of them. It is there as long as anybody uses
/// it.
actor GitCheckout {
    private let paths: GitPaths
    private let objects: [String: [UInt8]]
    private var folder: PrivateFolder?
    private var users = 0

    /// - Parameters:
    ///   - paths: the files and links of the commit.
    ///   - objects: the bytes of those that are written; others are left out.
    init(paths: GitPaths, objects: [String: [UInt8]]) {
        self.paths = paths
        self.objects = objects
    }

    /// Gives a file to `use`. When nobody uses the checkout any more, it is removed.
    func with<Result: Sendable>(
        _ path: String, _ use: @Sendable (String) async throws -> Result
    ) async throws -> Result {
        let folder = try enter()
        defer { leave() }
        return try await use("\(folder.path)/\(path)")
    }

    private func enter() throws -> PrivateFolder {
        if let folder {
            users += 1
            return folder
        }
        let made = try PrivateFolder()
        do {
            for file in paths.all where file.kind == .file {
                if let bytes = objects[file.object] { try made.write(bytes, to: file.path) }
            }
            // Last, so that nothing is written through one.
            for file in paths.all where file.kind == .link { link(file.path, in: made) }
        } catch {
            made.remove()
            throw error
        }
        (folder, users) = (made, 1)
        return made
    }

    /// Makes a link that stays inside; others, and those to nothing, are left out.
    private func link(_ path: String, in folder: PrivateFolder) {
        let target: String
        switch paths.find(path) {
        case .file(let file): target = file.path
        case .folder(let folder): target = folder
        case .missing, .outside: return
        }
        let up = String(repeating: "../", count: path.split(separator: "/").count - 1)
        let place = "\(folder.path)/\(path)"
        try? FileManager.default.createDirectory(
            at: URL(filePath: place).deletingLastPathComponent(), withIntermediateDirectories: true)
        try? FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: up + target)
    }

    private func leave() {
        users -= 1
        guard users == 0 else { return }
        folder?.remove()
        folder = nil
    }
}
