import FleetModel
import FleetTools
import Foundation
import Texts

/// Reads a chart with all charts that it depends on, in one walk. Sources: Helm's rules for dependencies;
/// docs/concepts.md.
struct ChartReader {
    /// No real chart is nested deeper; one that depends on itself would never end.
    private static let maximumDepth = 6
    /// No real chart has more charts below it.
    private static let maximumCharts = 200

    /// A chart, and what is laid over its values before the files of a release.
    struct Reading: Sendable {
        let chart: Chart
        /// Encrypted values beside the chart.
        let encrypted: [LayerFile]
        /// A `values.jsonnet` beside the chart.
        let jsonnet: LayerFile?
        /// The folders and files of the fleet that the chart is made of.
        let parts: Set<ExactText>
        let findings: [Finding]
    }

    private let source: any FleetSource
    /// A Chart.yaml that replaces the one of basehub, or of the chart itself when basehub is no part of it.
    private let override: String?
    private let files: ValuesFiles
    private let archives: ChartArchives
    private var parts: Set<ExactText> = []
    private var findings: [Finding] = []
    private var total = 0

    /// Reads the chart `name` below `helm-charts/`.
    ///
    /// - Parameters:
    ///   - name: the folder of the chart.
    ///   - override: a file that replaces its Chart.yaml, relative to the root of the fleet.
    ///   - source: the fleet.
    ///   - files: reads values and schemas, each of them once.
    ///   - runner: unpacks archives.
    /// - Returns: the chart as far as it could be read, and what is wrong with the rest.
    static func read(
        _ name: String, override: String?, in source: any FleetSource, files: ValuesFiles, runner: any CommandRunner
    ) async -> Reading {
        let archives = ChartArchives(runner: runner)
        var reader = ChartReader(source: source, override: override, files: files, archives: archives)
        let place = ChartPlace(in: source, "\(Charts.folder)/\(name)")
        let chart = await reader.read(place, key: name, parents: [])
        await archives.remove()
        let encrypted = place.entries.filter { $0.exact.hasSuffix(".yaml") && LayerName.isEncrypted($0) }
        return Reading(
            chart: chart, encrypted: encrypted.compactMap(place.file), jsonnet: place.file("values.jsonnet"),
            parts: reader.parts, findings: reader.findings)
    }

    private init(source: any FleetSource, override: String?, files: ValuesFiles, archives: ChartArchives) {
        self.source = source
        self.override = override
        self.files = files
        self.archives = archives
    }

    private mutating func read(_ place: ChartPlace, key: String, parents: [String]) async -> Chart {
        total += 1
        if place.shown == place.path { parts.insert(place.path.exact) }
        let isTop = parents.isEmpty
        let file = await metadataFile(of: place, isTop: isTop)
        let metadata: Value?
        if let bytes = await file.source.contents(file.path) {
            let document = YAMLReader.read(bytes, file: file.shown)
            findings += document.findings
            metadata = document.root
        } else {
            guard file.source.kind(file.path) == .missing else { return unreadable(file, key: key) }
            metadata = nil
        }
        let values = place.file("values.yaml")
        var content: ValuesFiles.Content?
        if let values {
            let read = await files.content(of: values, isEncrypted: false)
            findings += read.findings(for: values)
            content = read
        }
        let schema = await schema(of: place)
        let declared = ChartDependency.declared(by: metadata)
        var dependencies: [Chart.Dependency] = []
        for dependency in declared {
            guard let below = await read(dependency, of: place, parents: parents + [place.shown]) else { continue }
            dependencies.append(
                Chart.Dependency(
                    below, conditions: dependency.conditions, tags: dependency.tags, imports: dependency.imports))
        }
        let computesValues = isTop && place.file("values.jsonnet") != nil
        return Chart(
            key: key, file: values?.shown, values: content?.values, schema: schema,
            hasTemplates: place.file("templates") != nil || computesValues, declaresDependencies: !declared.isEmpty,
            dependencies: dependencies)
    }

    private mutating func schema(of place: ChartPlace) async -> Chart.Schema? {
        guard let file = place.file("values.schema.json") ?? place.file("values.schema.yaml") else { return nil }
        let document = await files.schema(file)
        findings += document.findings
        return document.root.map { Chart.Schema(file: file.shown, document: $0) }
    }

    /// The Chart.yaml, or the one that replaces it.
    private mutating func metadataFile(of place: ChartPlace, isTop: Bool) async -> LayerFile {
        if let override, await replaces(place, isTop: isTop) {
            parts.insert(override.exact)
            return LayerFile(in: source, override)
        }
        return LayerFile(in: place.source, "\(place.path)/Chart.yaml", shown: "\(place.shown)/Chart.yaml")
    }

    /// A chart of which nothing is known, with the reason.
    private mutating func unreadable(_ file: LayerFile, key: String) -> Chart {
        let reason =
            file.source.kind(file.path) == .outside
            ? "this is a link that leads out of the repository"
            : "this cannot be read, is no plain file, or is larger than 32 MiB"
        report(
            "values/unreadable-chart", "\(reason), so nothing of the chart is read", advice: "put the file here",
            at: SourceLocation(file: file.shown))
        return Chart(key: key)
    }

    /// Whether the replacement is meant for the Chart.yaml of this place.
    private func replaces(_ place: ChartPlace, isTop: Bool) async -> Bool {
        if place.shown == "\(Charts.folder)/basehub" { return true }
        guard isTop, let bytes = await place.source.contents("\(place.path)/Chart.yaml") else { return isTop }
        let root = YAMLReader.read(bytes, file: place.shown).root
        return root?["dependencies"]?.list?.contains { $0["name"]?.string == "basehub" } != true
    }

    // MARK: - Dependencies

    private mutating func read(
        _ dependency: ChartDependency, of parent: ChartPlace, parents: [String]
    ) async -> Chart? {
        guard let place = await place(of: dependency, in: parent) else { return Chart(key: dependency.key) }
        let isLoop = parents.contains { $0.exact == place.shown.exact }
        guard parents.count < Self.maximumDepth, total < Self.maximumCharts, !isLoop else {
            report(
                "values/chart-loop",
                "the chart \"\(dependency.name.printable)\" depends on itself, or is nested too deeply",
                at: dependency.location)
            return nil
        }
        return await read(place, key: dependency.key, parents: parents)
    }

    /// Where a dependency lies: beside its parent, in the parent's `charts/` as Helm puts it, or below `upstream/`.
    private mutating func place(of dependency: ChartDependency, in parent: ChartPlace) async -> ChartPlace? {
        if let repository = dependency.repository, repository.hasPrefix("file://") {
            return sibling(repository, of: dependency)
        }
        guard LayerName.isPlain(dependency.name) else { return nil }
        let folder = parent.below("charts/\(dependency.name)")
        if folder.file("Chart.yaml") != nil { return folder }
        if let archive = archive(of: dependency, in: parent) { return await unpacked(archive, of: dependency) }
        let versioned = "\(dependency.name)-\(dependency.version ?? "")"
        let vendored = ChartPlace(in: source, "upstream/\(versioned)")
        if LayerName.isPlain(versioned), vendored.file("Chart.yaml") != nil { return vendored }
        report(
            "values/unknown-subchart",
            "the values and the schema of \(versioned.printable) are not at hand, so they are left out",
            severity: .note, advice: "`helm dependency build \(parent.shown)` fetches them", at: dependency.location)
        return nil
    }

    /// The archive of the version; of a range of versions the newest that is there, which is what Helm put there.
    private func archive(of dependency: ChartDependency, in parent: ChartPlace) -> LayerFile? {
        if let exact = parent.file("charts/\(dependency.name)-\(dependency.version ?? "").tgz") { return exact }
        let version = dependency.version ?? "*"
        guard version.contains(where: { "^~<>=*xX| ".contains($0) }) else { return nil }
        let prefix = "\(dependency.name)-"
        let names = parent.below("charts").entries.filter {
            guard let rest = $0.exact.without(prefix: prefix.exact), rest.hasSuffix(".tgz") else { return false }
            return rest.text.first?.isNumber == true
        }
        return names.max { $0.compare($1, options: .numeric) == .orderedAscending }.flatMap {
            parent.file("charts/\($0)")
        }
    }

    private mutating func unpacked(_ archive: LayerFile, of dependency: ChartDependency) async -> ChartPlace? {
        do {
            let tree = try await archives.contents(of: archive)
            return ChartPlace(in: tree, dependency.name, shown: archive.shown)
        } catch {
            report(
                "values/broken-archive", "this archive of a chart cannot be unpacked: \(error)",
                advice: "fetch it anew with `helm dependency build`", at: SourceLocation(file: archive.shown))
            return nil
        }
    }

    private mutating func sibling(_ repository: String, of dependency: ChartDependency) -> ChartPlace? {
        let name = String(repository.dropFirst("file://../".count))
        let place = ChartPlace(in: source, "\(Charts.folder)/\(name)")
        if repository.hasPrefix("file://../"), LayerName.isPlain(name), place.file("Chart.yaml") != nil {
            return place
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
