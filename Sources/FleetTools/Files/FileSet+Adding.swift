import FleetModel
import Texts

/// Adding files to a repository in which others lie.
extension FileSet {
    /// What became of the files, by their paths.
    package struct Added: Sendable, Equatable {
        package let written: [String]
        /// Those that were there already with the same bytes.
        package let unchanged: [String]
    }

    /// Writes the files into a repository that holds others. A repository is not trusted: nothing is written where a link
    /// leads out of it, and a link in the place of a file is another file.
    ///
    /// - Parameters:
    ///   - tree: the repository.
    ///   - overwrites: whether files with other bytes are replaced.
    /// - Returns: what became of each.
    /// - Throws: `FileSetError.differs` or `.leadsOut`, then nothing was written; `FileError` when one cannot be written.
    package func add(to tree: WorkingTree, overwrites: Bool) async throws -> Added {
        var unchanged: [String] = []
        var different: [String] = []
        for path in paths {
            try refuseOutside(path, of: tree)
            let isLink = tree.isLink(path)
            guard isLink || tree.kind(path) != .missing else { continue }
            let present = await tree.contents(path)
            let isSame = !isLink && present == files[path.exact]
            if isSame { unchanged.append(path) } else { different.append(path) }
        }
        guard overwrites || different.isEmpty else { throw FileSetError.differs(paths: different, folder: tree.root) }
        let rest = files.filter { !unchanged.contains($0.key.text) }
        try FileSet(rest).overwrite(in: tree.root)
        return Added(written: paths.filter { !unchanged.contains($0) }, unchanged: unchanged)
    }

    /// Refuses a path above which a link stands that leads out.
    private func refuseOutside(_ path: String, of tree: WorkingTree) throws {
        let parts = FleetPath.names(in: path)
        for count in 1..<max(parts.count, 1) {
            let folder = parts[..<count].joined(separator: "/")
            switch tree.kind(folder) {
            case .folder: continue
            case .missing where !tree.isLink(folder): return
            case .missing, .outside, .file, .other: throw FileSetError.leadsOut(path: path, at: folder)
            }
        }
    }
}
