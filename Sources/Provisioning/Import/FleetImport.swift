import BuiltIn
import FleetModel
import FleetTools
import Foundation
import Texts

/// Takes over a fleet repository of the same layout that another system ran: its configuration, on Hubfleet's charts.
///
/// The source is only read. Charts that Hubfleet has come from it, others are copied as they are.
package struct FleetImport: Sendable {
    /// The folders that are copied: configuration, charts, and charts that others depend on.
    private static let folders = ["config", Charts.folder, "upstream"]
    private static let singleFiles = ["fleet.yaml", ".sops.yaml"]
    private static let ownCharts = ["basehub", "binderhub", "daskhub", "support"]

    private let source: any FleetSource
    private let place: String

    /// - Parameters:
    ///   - source: the repository to read.
    ///   - place: where that is, for people.
    package init(from source: any FleetSource, at place: String) {
        self.source = source
        self.place = place
    }

    /// Reads the repository of a folder.
    package init(from source: WorkingTree) {
        self.init(from: source, at: source.root)
    }

    /// The files of the new repository.
    ///
    /// - Returns: the files, and what is left out. Nothing is written.
    /// - Throws: `FleetImportError`.
    package func plan() async throws -> ImportPlan {
        let found = SourceFiles(below: Self.folders, in: source)
        guard found.plain.contains(where: { $0.exact.hasPrefix("config/") && $0.exact.hasSuffix("/cluster.yaml") })
        else {
            throw FleetImportError.noFleet(place)
        }
        let replaced = Self.ownCharts.filter { name in
            found.plain.contains { $0.exact.hasPrefix("\(Charts.folder)/\(name)/".exact) }
        }
        var files: [ImportPlan.File] = []
        var lost: [ExactText: [String]] = [:]
        for path in found.plain {
            if let chart = replaced.first(where: { path.exact.hasPrefix("\(Charts.folder)/\($0)/".exact) }),
                !isLayer(path, of: chart)
            {
                let folder = "\(Charts.folder)/\(chart)"
                lost[chart.exact, default: []].append(String(path.dropFirst(folder.count + 1)))
            } else {
                files.append(try await taken(path))
            }
        }
        for name in replaced { files += await builtIn(name) }
        files += try await others(than: Set(files.map(\.path.exact)))
        let charts = lost.map { name, files in
            LeftOut(path: "\(Charts.folder)/\(name)", reason: .replacedChart(name.text), files: files)
        }
        return ImportPlan(
            files: files.sorted { $0.path.exact < $1.path.exact },
            leftOut: (charts + found.leftOut + notConfiguration()).sorted { $0.path.exact < $1.path.exact },
            replacedCharts: replaced)
    }

    /// Encrypted files beside the chart of support services are values of the fleet, which all clusters share.
    private func isLayer(_ path: String, of chart: String) -> Bool {
        guard chart == "support", path.exact.hasSuffix(".yaml") else { return false }
        return FleetPath.names(in: path).count == 3 && LayerName.isEncrypted(path)
    }

    private func builtIn(_ name: String) async -> [ImportPlan.File] {
        let folder = "\(Charts.folder)/\(name)/"
        var files: [ImportPlan.File] = []
        for (path, text) in BuiltInFiles.texts(below: folder, to: folder) { files.append(await builtIn(path, text)) }
        return files
    }

    /// A file of Hubfleet's charts; basehub's values take over what the operator wrote into theirs.
    private func builtIn(_ path: String, _ text: String) async -> ImportPlan.File {
        guard path == "\(Charts.folder)/basehub/values.yaml", let bytes = await source.contents(path),
            let source = String(bytes: bytes, encoding: .utf8)
        else { return ImportPlan.File(path: path, bytes: Array(text.utf8), steps: []) }
        let defaults = OperatorDefaults(text, from: source, file: path)
        return ImportPlan.File(path: path, bytes: Array(defaults.text.utf8), steps: defaults.steps)
    }

    private func taken(_ path: String) async throws -> ImportPlan.File {
        guard let bytes = await source.contents(path) else { throw FleetImportError.notRead(path) }
        guard path.exact.hasPrefix("config/"), path.exact.hasSuffix(".yaml") || path.exact.hasSuffix(".yml"),
            !path.exact.hasSuffix("/cluster.yaml"), let text = String(bytes: bytes, encoding: .utf8)
        else { return ImportPlan.File(path: path, bytes: bytes, steps: []) }
        let translation = KeyTranslation(
            text, file: path, changes: KeyChange.basehub, canChange: !LayerName.isEncrypted(path))
        return ImportPlan.File(path: path, bytes: Array(translation.text.utf8), steps: translation.steps)
    }

    /// The files at the top that are taken over, and a `fleet.yaml` where there is none.
    private func others(than known: Set<ExactText>) async throws -> [ImportPlan.File] {
        var files: [ImportPlan.File] = []
        for path in Self.singleFiles where source.kind(path) == .file && !source.isLink(path) {
            files.append(try await taken(path))
        }
        if !files.contains(where: { $0.path == "fleet.yaml" }) {
            let text = "# Everything in this file is optional.\n"
            files.append(ImportPlan.File(path: "fleet.yaml", bytes: Array(text.utf8), steps: []))
        }
        return files.filter { !known.contains($0.path.exact) }
    }

    /// What lies at the top and is neither configuration nor a chart.
    private func notConfiguration() -> [LeftOut] {
        (source.entries("") ?? []).compactMap { name in
            let isTaken = (Self.folders + Self.singleFiles).contains { $0.exact == name.exact }
            if isTaken, !source.isLink(name) || Self.folders.contains(where: { $0.exact == name.exact }) { return nil }
            return SourceFiles.leftOut(name, in: source)
        }
    }
}

package enum FleetImportError: Error, Equatable, CustomStringConvertible {
    case noFleet(String)
    case notRead(String)

    package var description: String {
        switch self {
        case .noFleet(let folder): "\(folder) holds no fleet: there is no config/clusters/CLUSTER/cluster.yaml"
        case .notRead(let file): "\(file) cannot be read, or is larger than 32 MiB"
        }
    }
}
