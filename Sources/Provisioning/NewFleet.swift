import BuiltIn
import FleetTools

/// A new fleet repository: one cluster on this machine with a staging and a production hub, ready for `hubfleet up`.
package enum NewFleet {
    /// The text of each file of the repository, by its path in it: its own files, and the chart of its hubs.
    package static let texts: [String: String] = BuiltInFiles.texts(below: "new-fleet/")
        .merging(BuiltInFiles.texts(below: "helm-charts/basehub/", to: "helm-charts/basehub/")) { $1 }

    /// Writes the repository into a folder that is new or empty.
    ///
    /// - Returns: the paths of the files, relative to the folder, sorted.
    /// - Throws: `FileSetError.notEmpty`; an existing file is never touched.
    package static func write(to folder: String) throws -> [String] {
        let files = try FileSet(texts: texts)
        try files.writeNew(to: folder)
        return files.paths
    }

    /// Writes the files anew, whatever is there; for the built-in example, which belongs to Hubfleet.
    package static func refresh(_ folder: String) throws {
        try FileSet(texts: texts).overwrite(in: folder)
    }
}
