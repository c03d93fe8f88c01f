import FleetModel
import FleetTools

/// Archives of charts, each unpacked once into a private folder, until they are removed.
actor ChartArchives {
    private let runner: any CommandRunner
    /// A folder for each archive, by the archive's path as people see it.
    private var unpacked: [[UInt8]: PrivateFolder] = [:]

    init(runner: any CommandRunner) {
        self.runner = runner
    }

    /// What an archive holds. Links that lead out of it are not followed, as in a fleet.
    /// - Throws: `CommandError`, `FleetSourceError` or `FileError`.
    func contents(of archive: LayerFile) async throws -> WorkingTree {
        if let known = unpacked[archive.key] { return WorkingTree(known.path) }
        let folder = try PrivateFolder()
        unpacked[archive.key] = folder
        let runner = runner
        _ = try await archive.source.onDisk(archive.path, .alone) { path in
            try await runner.check(Invocation("tar", ["-xzf", path, "-C", folder.path]))
        }
        return WorkingTree(folder.path)
    }

    func remove() {
        for folder in unpacked.values { folder.remove() }
        unpacked = [:]
    }
}
