import FleetTools
import Foundation

/// A new fleet repository: one cluster on this machine with a staging and a production hub, ready for `hubfleet up`.
package enum NewFleet {
    /// The files of the repository, by their path in it: its own, and the chart of its hubs.
    package static let files: [String: String] = BuiltIn.files(below: "new-fleet/")
        .merging(BuiltIn.files(below: "helm-charts/basehub/", to: "helm-charts/basehub/")) { $1 }

    /// Writes the repository into a folder that is new or empty.
    ///
    /// - Returns: the paths of the files, relative to the folder, sorted.
    /// - Throws: `NewFleetError.notEmpty`; an existing file is never touched.
    package static func write(to folder: String) throws -> [String] {
        let present = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        // A repository that was made but holds nothing yet is empty enough.
        guard Set(present).isSubset(of: [".git"]) else { throw NewFleetError.notEmpty(folder) }
        return try refresh(folder)
    }

    /// Writes the files anew, whatever is there; for the built-in example, which belongs to Hubfleet.
    @discardableResult
    package static func refresh(_ folder: String) throws -> [String] {
        for (path, text) in files {
            let file = "\(folder)/\(path)"
            try FileWriting.makeFolder(URL(filePath: file).deletingLastPathComponent().path)
            try FileWriting.write(text, to: file, permissions: 0o644)
        }
        return files.keys.sorted()
    }
}

package enum NewFleetError: Error, Equatable, CustomStringConvertible {
    case notEmpty(String)

    package var description: String {
        switch self {
        case .notEmpty(let folder): "\(folder) is not empty; name a new folder"
        }
    }
}
