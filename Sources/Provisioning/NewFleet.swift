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
        let files = try FileSet(texts: texts(named: name(of: folder)))
        try files.writeNew(to: folder)
        return files.paths
    }

    /// Writes the files anew, whatever is there; for the built-in example, which belongs to Hubfleet.
    package static func refresh(_ folder: String) throws {
        try FileSet(texts: texts(named: "example")).overwrite(in: folder)
    }

    private static func texts(named name: String) -> [String: String] {
        texts.merging([
            "fleet.yaml": """
            # This file marks the root of a fleet repository. Everything in it is optional.

            # By this name its deployed hubs are known on a machine, whatever checkout they are deployed from.
            name: \(name)

            """
        ]) { $1 }
    }

    /// A name for the fleet in a folder, made of what its own name has that a fleet's may have.
    static func name(of folder: String) -> String {
        let last = folder.split(separator: "/").last.map(String.init) ?? ""
        let signs = last.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        let words = String(signs).split(separator: "-").joined(separator: "-").prefix(63)
        let name = words.hasSuffix("-") ? words.dropLast() : words
        return name.isEmpty ? "fleet" : String(name)
    }
}
