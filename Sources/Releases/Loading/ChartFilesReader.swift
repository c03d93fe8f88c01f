import FleetModel
import Foundation

/// Finds the files of a chart. Sources: Helm's rules for dependencies; docs/concepts.md.
package struct ChartFilesReader {
    /// No real chart is nested deeper; one that depends on itself would never end.
    private static let maximumDepth = 6

    private let root: String
    /// A Chart.yaml that replaces the one of basehub, or of the chart itself when basehub is no part of it.
    private let override: String?
    /// Where archives were unpacked to, by their path.
    private let unpacked: [String: String]
    private var findings: [Finding] = []
    private var archives: [String] = []
    private var total = 0

    /// - Returns: the files of the chart `name` below `helm-charts/`, and what is wrong with its dependencies.
    package static func read(
        _ name: String, override: String?, root: String, unpacked: [String: String] = [:]
    ) -> (files: ChartFiles, findings: [Finding]) {
        var reader = ChartFilesReader(root: root, override: override, unpacked: unpacked)
        let place = Place(shown: "\(Charts.folder)/\(name)", path: "\(root)/\(Charts.folder)/\(name)")
        var files = reader.read(place, key: name, parents: [])
        files.archives = reader.archives
        return (files, reader.findings)
    }

    private init(root: String, override: String?, unpacked: [String: String]) {
        self.root = root
        self.override = override
        self.unpacked = unpacked
    }

    private struct Place {
        let shown: String
        let path: String

        func file(_ name: String) -> ChartFiles.File? {
            guard FileManager.default.fileExists(atPath: "\(path)/\(name)") else { return nil }
            return ChartFiles.File(shown: "\(shown)/\(name)", path: "\(path)/\(name)")
        }

        func below(_ name: String) -> Place { Place(shown: "\(shown)/\(name)", path: "\(path)/\(name)") }

        var entries: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted() ?? [] }
    }

    private mutating func read(_ place: Place, key: String, parents: [String]) -> ChartFiles {
        total += 1
        var files = ChartFiles(key: key)
        files.values = place.file("values.yaml")
        files.schema = place.file("values.schema.json") ?? place.file("values.schema.yaml")
        files.hasTemplates = place.file("templates") != nil
        if parents.isEmpty {
            files.jsonnet = place.file("values.jsonnet")
            files.encrypted = place.entries.filter { $0.hasSuffix(".yaml") && LayerName.isEncrypted($0) }
                .compactMap(place.file)
        }
        for dependency in declared(by: metadata(of: place, isTop: parents.isEmpty)) {
            files.declaresDependencies = true
            guard let below = read(dependency, of: place, parents: parents + [place.path]) else { continue }
            files.dependencies.append(
                ChartFiles.Dependency(
                    files: below, conditions: dependency.conditions, tags: dependency.tags, imports: dependency.imports)
            )
        }
        return files
    }

    /// The Chart.yaml, or the one that replaces it.
    private mutating func metadata(of place: Place, isTop: Bool) -> Value? {
        var file = ChartFiles.File(shown: "\(place.shown)/Chart.yaml", path: "\(place.path)/Chart.yaml")
        if let override, place.shown == "\(Charts.folder)/basehub" || (isTop && !dependsOnBasehub(place)) {
            file = ChartFiles.File(shown: override, path: "\(root)/\(override)")
        }
        guard let bytes = FileReading.contents(file.path) else { return nil }
        let document = YAMLReader.read(bytes, file: file.shown)
        findings += document.findings
        return document.root
    }

    private func dependsOnBasehub(_ place: Place) -> Bool {
        guard let bytes = FileReading.contents("\(place.path)/Chart.yaml") else { return false }
        let root = YAMLReader.read(bytes, file: place.shown).root
        return root?["dependencies"]?.list?.contains { $0["name"]?.string == "basehub" } ?? false
    }

    // MARK: - Dependencies

    private struct Declared {
        let name: String, version: String?, repository: String?, key: String
        let conditions: [String], tags: [String], imports: [Chart.Import]
        let location: SourceLocation
    }

    private func declared(by metadata: Value?) -> [Declared] {
        (metadata?["dependencies"]?.list ?? []).compactMap { entry in
            guard let name = entry["name"]?.string else { return nil }
            let conditions = (entry["condition"]?.string ?? "").split(separator: ",").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            return Declared(
                name: name, version: entry["version"]?.string, repository: entry["repository"]?.string,
                key: entry["alias"]?.string ?? name, conditions: conditions,
                tags: entry["tags"]?.list?.compactMap(\.string) ?? [],
                imports: entry["import-values"]?.list?.compactMap(Chart.Import.init) ?? [], location: entry.location)
        }
    }

    private mutating func read(_ dependency: Declared, of parent: Place, parents: [String]) -> ChartFiles? {
        let missing = ChartFiles(key: dependency.key)
        guard let place = place(of: dependency, in: parent) else { return missing }
        guard parents.count < Self.maximumDepth, total < 200, !parents.contains(place.path) else {
            report(
                "values/chart-loop",
                "the chart \"\(dependency.name.printable)\" depends on itself, or is nested too deeply",
                at: dependency.location)
            return nil
        }
        return read(place, key: dependency.key, parents: parents)
    }

    /// Where a dependency lies: beside its parent, in the parent's `charts/` as Helm puts it, or below `upstream/`.
    private mutating func place(of dependency: Declared, in parent: Place) -> Place? {
        if let repository = dependency.repository, repository.hasPrefix("file://") {
            return sibling(repository, of: dependency)
        }
        guard LayerName.isPlain(dependency.name) else { return nil }
        let folder = parent.below("charts/\(dependency.name)")
        if folder.file("Chart.yaml") != nil { return folder }
        let versioned = "\(dependency.name)-\(dependency.version ?? "")"
        if let archive = archive(of: dependency, in: parent) {
            if let folder = unpacked[archive.path] {
                return Place(shown: archive.shown, path: "\(folder)/\(dependency.name)")
            }
            archives.append(archive.path)
            return nil
        }
        let vendored = Place(shown: "upstream/\(versioned)", path: "\(root)/upstream/\(versioned)")
        if LayerName.isPlain(versioned), vendored.file("Chart.yaml") != nil { return vendored }
        report(
            "values/unknown-subchart",
            "the values and the schema of \(versioned.printable) are not at hand, so they are left out",
            severity: .note, advice: "`helm dependency build \(parent.shown)` fetches them", at: dependency.location)
        return nil
    }

    /// The archive of the version; of a range of versions the newest that is there, which is what Helm put there.
    private func archive(of dependency: Declared, in parent: Place) -> ChartFiles.File? {
        if let exact = parent.file("charts/\(dependency.name)-\(dependency.version ?? "").tgz") { return exact }
        let version = dependency.version ?? "*"
        guard version.contains(where: { "^~<>=*xX| ".contains($0) }) else { return nil }
        let prefix = "\(dependency.name)-"
        let names = parent.below("charts").entries.filter {
            $0.hasPrefix(prefix) && $0.hasSuffix(".tgz") && $0.dropFirst(prefix.count).first?.isNumber == true
        }
        return names.max { $0.compare($1, options: .numeric) == .orderedAscending }.flatMap {
            parent.file("charts/\($0)")
        }
    }

    private mutating func sibling(_ repository: String, of dependency: Declared) -> Place? {
        let name = String(repository.dropFirst("file://../".count))
        if repository.hasPrefix("file://../"), Charts(root: root).names.contains(name) {
            return Place(shown: "\(Charts.folder)/\(name)", path: "\(root)/\(Charts.folder)/\(name)")
        }
        report(
            "values/unknown-chart", "there is no chart \"\(name.printable)\" below helm-charts/",
            at: dependency.location)
        return nil
    }

    private mutating func report(
        _ rule: String, _ message: String, severity: Finding.Severity = .error, advice: String? = nil,
        at place: SourceLocation
    ) {
        findings.append(Finding(severity, rule: rule, message, advice: advice, at: place))
    }
}

extension Chart.Import {
    /// An entry of `import-values`: the name of an export, or a map with `child` and `parent`.
    fileprivate init?(_ value: Value) {
        func path(_ text: String) -> [String] { text == "." ? [] : text.split(separator: ".").map(String.init) }
        if let name = value.string {
            self.init(child: ["exports"] + path(name), parent: [])
        } else if let child = value["child"]?.string, let parent = value["parent"]?.string {
            self.init(child: path(child), parent: path(parent))
        } else {
            return nil
        }
    }
}
