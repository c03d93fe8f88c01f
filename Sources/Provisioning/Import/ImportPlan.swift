import FleetModel
import FleetTools
import Foundation
import Texts

/// The files of an imported fleet, known before any of them is written, and what of the source is not among them.
package struct ImportPlan: Sendable, Equatable {
    /// What became of a file.
    package struct File: Sendable, Equatable {
        /// Relative to both repositories.
        package let path: String
        package internal(set) var bytes: [UInt8]
        package internal(set) var steps: [KeyTranslation.Step]
    }

    /// Sorted by their paths.
    package internal(set) var files: [File]
    /// What is not taken over, sorted by its paths.
    package let leftOut: [LeftOut]
    /// The charts of the source that Hubfleet's take the place of, sorted.
    package let replacedCharts: [String]

    package var steps: [KeyTranslation.Step] { files.flatMap(\.steps) }

    /// Writes into `fleet.yaml` why the alerts of clusters may go nowhere. Where it has facts about clusters, they stay as
    /// they are.
    mutating func record(withoutAlerts reason: String, of clusters: [String]) {
        guard !clusters.isEmpty, let reason = quoted(reason),
            let index = files.firstIndex(where: { $0.path == FleetPolicy.file }),
            let text = String(bytes: files[index].bytes, encoding: .utf8),
            YAMLReader.read(text, file: FleetPolicy.file).root?["clusters"] == nil
        else { return }
        let lines = clusters.compactMap(quoted).map { "  \($0): {without_alerts: \(reason)}\n" }
        let start = text.isEmpty || text.hasSuffix("\n") ? text : text + "\n"
        files[index].bytes = Array((start + "clusters:\n" + lines.joined()).utf8)
    }

    /// Writes the new repository into a folder that is new or empty.
    ///
    /// - Parameter folder: its absolute path.
    /// - Throws: `FileSetError.notEmpty`, or `FileError`.
    package func write(to folder: String) throws {
        try FileSet(Dictionary(files.map { ($0.path.exact, $0.bytes) }) { $1 }).writeNew(to: folder)
    }
}

/// A file or a folder of the source that is not taken over, and why.
package struct LeftOut: Sendable, Equatable {
    package enum Reason: Sendable, Equatable {
        /// It belongs to a chart whose place Hubfleet's takes.
        case replacedChart(String)
        case link
        /// It is no plain file, or nobody may read it.
        case unreadable
        /// It is neither configuration nor a chart.
        case notConfiguration
    }

    package let path: String
    package let reason: Reason
    /// The files in it, relative to it; none for a file.
    package let files: [String]

    package init(path: String, reason: Reason, files: [String] = []) {
        self.path = path
        self.reason = reason
        self.files = files
    }
}
