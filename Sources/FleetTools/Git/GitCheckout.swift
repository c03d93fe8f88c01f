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
        _ path: FleetPath, _ use: @Sendable (String) async throws -> Result
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
            for (path, file) in paths.all where file.kind == .file {
                if let bytes = objects[file.object] { try made.write(bytes, to: path.description) }
            }
            // Last, so that nothing is written through one.
            for (path, file) in paths.all where file.kind == .link { link(path, in: made) }
        } catch {
            made.remove()
            throw error
        }
        (folder, users) = (made, 1)
        return made
    }

    /// Makes a link that stays inside; others, and those to nothing, are left out.
    private func link(_ path: FleetPath, in folder: PrivateFolder) {
        let target: FleetPath
        switch paths.find(path.description) {
        case .file(_, let file): target = file
        case .folder(let folder): target = folder
        case .missing, .outside: return
        }
        let up = String(repeating: "../", count: path.parts.count - 1)
        guard (try? folder.makeFolders(above: path)) != nil else { return }
        symlink("\(up)\(target)", "\(folder.path)/\(path)")
    }

    private func leave() {
        users -= 1
        guard users == 0 else { return }
        folder?.remove()
        folder = nil
    }
}
