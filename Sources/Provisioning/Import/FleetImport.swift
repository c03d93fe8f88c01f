import BuiltIn
import FleetModel
import FleetTools
import Foundation

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

    package let source: String
    package let target: String

    package init(from source: String, to target: String) {
        self.source = source
        self.target = target
    }

    /// Writes the new repository.
    ///
    /// - Returns: the files, sorted by their paths.
    /// - Throws: `FleetImportError`, `FileSetError.notEmpty`, or `FileError`.
    package func write() throws -> [File] {
        let plan = try plan()
        try FileSet(Dictionary(plan.map { ($0.path, $0.text) }) { $1 }).writeNew(to: target)
        return plan.map { File(path: $0.path, steps: $0.steps) }
    }

    /// What `write` would do, without doing it.
    package func preview() throws -> [File] { try plan().map { File(path: $0.path, steps: $0.steps) } }

    private typealias Planned = (path: String, text: [UInt8], steps: [KeyTranslation.Step])

    private func plan() throws -> [Planned] {
        let paths = try files(below: "config") + (try files(below: Charts.folder))
        guard paths.contains(where: { $0.hasSuffix("/cluster.yaml") }) else { throw FleetImportError.noFleet(source) }
        let replaced = Set(
            ["basehub", "daskhub", "binderhub", "support"].filter { name in
                paths.contains { $0.hasPrefix("\(Charts.folder)/\(name)/") }
            })
        var planned = try paths.filter { path in
            !replaced.contains { path.hasPrefix("\(Charts.folder)/\($0)/") }
        }.map(planned)
        for name in replaced {
            let folder = "\(Charts.folder)/\(name)/"
            planned += BuiltInFiles.texts(below: folder, to: folder).map { self.builtIn($0.key, $0.value) }
        }
        for path in ["fleet.yaml", ".sops.yaml"] where FileManager.default.fileExists(atPath: "\(source)/\(path)") {
            planned.append(try self.planned(path))
        }
        if !planned.contains(where: { $0.path == "fleet.yaml" }) {
            planned.append(("fleet.yaml", Array("# Everything in this file is optional.\n".utf8), []))
        }
        return planned.sorted { $0.path < $1.path }
    }

    /// A file of Hubfleet's charts; basehub's values take over what the operator wrote into theirs.
    private func builtIn(_ path: String, _ text: String) -> Planned {
        guard path == "\(Charts.folder)/basehub/values.yaml",
            let source = try? String(contentsOfFile: "\(source)/\(path)", encoding: .utf8)
        else { return (path, Array(text.utf8), []) }
        let defaults = OperatorDefaults(text, from: source, file: path)
        return (path, Array(defaults.text.utf8), defaults.steps)
    }

    private func planned(_ path: String) throws -> Planned {
        guard let data = FileManager.default.contents(atPath: "\(source)/\(path)") else {
            throw FleetImportError.notRead(path)
        }
        guard path.hasPrefix("config/"), path.hasSuffix(".yaml") || path.hasSuffix(".yml"),
            !path.hasSuffix("/cluster.yaml"), let text = String(bytes: data, encoding: .utf8)
        else { return (path, Array(data), []) }
        let translation = KeyTranslation(
            text, file: path, changes: KeyChange.basehub, canChange: !LayerName.isEncrypted(path))
        return (path, Array(translation.text.utf8), translation.steps)
    }

    /// Regular files; links are left out, so that nothing outside the repository is copied.
    private func files(below folder: String) throws -> [String] {
        let root = URL(filePath: "\(source)/\(folder)", directoryHint: .isDirectory)
        let keys: [URLResourceKey] = [.isRegularFileKey]
        guard let found = FileManager.default.enumerator(at: root, includingPropertiesForKeys: keys) else { return [] }
        let start = root.standardizedFileURL.path
        return found.compactMap { entry -> String? in
            guard let url = entry as? URL, (try? url.resourceValues(forKeys: Set(keys)))?.isRegularFile == true else {
                return nil
            }
            return folder + url.standardizedFileURL.path.dropFirst(start.count)
        }.sorted()
    }
}

package enum FleetImportError: Error, Equatable, CustomStringConvertible {
    case noFleet(String)
    case notRead(String)

    package var description: String {
        switch self {
        case .noFleet(let folder): "\(folder) holds no fleet: there is no config/clusters/CLUSTER/cluster.yaml"
        case .notRead(let file): "\(file) cannot be read"
        }
    }
}
