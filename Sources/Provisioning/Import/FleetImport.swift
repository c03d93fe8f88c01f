import BuiltIn
import FleetModel
import FleetTools
import Foundation
import Texts

/// Takes over a fleet repository of the same layout that another system ran: its configuration, on Hubfleet's charts.
///
/// The source is only read. Charts that Hubfleet has come from it, others are copied as they are.
package struct FleetImport: Sendable {
    /// What became of a file.
    package struct File: Sendable, Equatable {
        /// Relative to both repositories.
        package let path: String
        package let steps: [KeyTranslation.Step]
    }

    private let source: any FleetSource
    private let place: String
    private let target: String

    /// - Parameters:
    ///   - source: the repository to read.
    ///   - place: where that is, for people.
    ///   - target: the absolute path of the folder to write.
    package init(from source: any FleetSource, at place: String, to target: String) {
        self.source = source
        self.place = place
        self.target = target
    }

    /// Reads the repository of a folder.
    package init(from source: WorkingTree, to target: String) {
        self.init(from: source, at: source.root, to: target)
    }

    /// Writes the new repository.
    ///
    /// - Returns: the files, sorted by their paths.
    /// - Throws: `FleetImportError`, `FileSetError.notEmpty`, or `FileError`.
    package func write() async throws -> [File] {
        let plan = try await plan()
        try FileSet(Dictionary(plan.map { ($0.path.exact, $0.text) }) { $1 }).writeNew(to: target)
        return plan.map { File(path: $0.path, steps: $0.steps) }
    }

    /// What `write` would do, without doing it.
    package func preview() async throws -> [File] {
        try await plan().map { File(path: $0.path, steps: $0.steps) }
    }

    private typealias Planned = (path: String, text: [UInt8], steps: [KeyTranslation.Step])

    private func plan() async throws -> [Planned] {
        let paths = files(below: "config") + files(below: Charts.folder)
        guard paths.contains(where: { $0.exact.hasSuffix("/cluster.yaml") }) else {
            throw FleetImportError.noFleet(place)
        }
        let replaced = Set(
            ["basehub", "daskhub", "binderhub", "support"].filter { name in
                paths.contains { $0.exact.hasPrefix("\(Charts.folder)/\(name)/".exact) }
            })
        var planned: [Planned] = []
        for path in paths where !replaced.contains(where: { path.exact.hasPrefix("\(Charts.folder)/\($0)/".exact) }) {
            planned.append(try await self.planned(path))
        }
        for name in replaced {
            let folder = "\(Charts.folder)/\(name)/"
            for (path, text) in BuiltInFiles.texts(below: folder, to: folder) {
                planned.append(await builtIn(path, text))
            }
        }
        for path in ["fleet.yaml", ".sops.yaml"] where ![.missing, .outside].contains(source.kind(path)) {
            planned.append(try await self.planned(path))
        }
        if !planned.contains(where: { $0.path == "fleet.yaml" }) {
            planned.append(("fleet.yaml", Array("# Everything in this file is optional.\n".utf8), []))
        }
        return planned.sorted { $0.path.exact < $1.path.exact }
    }

    /// A file of Hubfleet's charts; basehub's values take over what the operator wrote into theirs.
    private func builtIn(_ path: String, _ text: String) async -> Planned {
        guard path == "\(Charts.folder)/basehub/values.yaml", let bytes = await source.contents(path),
            let source = String(bytes: bytes, encoding: .utf8)
        else { return (path, Array(text.utf8), []) }
        let defaults = OperatorDefaults(text, from: source, file: path)
        return (path, Array(defaults.text.utf8), defaults.steps)
    }

    private func planned(_ path: String) async throws -> Planned {
        guard let bytes = await source.contents(path) else { throw FleetImportError.notRead(path) }
        guard path.exact.hasPrefix("config/"), path.exact.hasSuffix(".yaml") || path.exact.hasSuffix(".yml"),
            !path.exact.hasSuffix("/cluster.yaml"), let text = String(bytes: bytes, encoding: .utf8)
        else { return (path, bytes, []) }
        let translation = KeyTranslation(
            text, file: path, changes: KeyChange.basehub, canChange: !LayerName.isEncrypted(path))
        return (path, Array(translation.text.utf8), translation.steps)
    }

    /// Plain files below a folder, sorted; links are left out.
    private func files(below folder: String) -> [String] {
        var found: [String] = []
        var open = [folder]
        while let path = open.popLast() {
            guard !source.isLink(path) else { continue }
            switch source.kind(path) {
            case .file: found.append(path)
            case .folder: open += (source.entries(path) ?? []).map { "\(path)/\($0)" }
            case .missing, .outside, .other: break
            }
        }
        return found.sortedByBytes()
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
