import FleetModel
import FleetTools
import Foundation
import Texts

/// Reads a chart with all charts that it depends on, in one walk. Sources: Helm's loader of charts and its rules for
/// dependencies; docs/concepts.md.
struct ChartReader {
    /// No real chart is nested deeper; one that depends on itself would never end.
    static let maximumDepth = 6
    /// No real chart has more charts below it.
    static let maximumCharts = 200

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

    /// How a chart came to be looked at.
    struct Position {
        /// The charts above it, by their places.
        var parents: [String] = []
        /// Whether it lies in a folder `charts/`, where Helm looks for it by itself. What is missing there, Helm does
        /// without; elsewhere it has to be fetched first.
        var isInCharts = false
        /// Whether Helm looks at what its metadata say of dependencies, which is so while all charts above have a list.
        var isProcessed = true
    }

    let source: any FleetSource
    /// A Chart.yaml that replaces the one of basehub, or of the chart itself when basehub is no part of it.
    private let override: String?
    private let files: ValuesFiles
    private var parts: Set<ExactText> = []
    private var findings: [Finding] = []
    var total = 0

    /// Reads the chart `name` below `helm-charts/`.
    ///
    /// - Parameters:
    ///   - name: the folder of the chart.
    ///   - override: a file that replaces its Chart.yaml, relative to the root of the fleet.
    ///   - source: the fleet.
    ///   - files: reads values and schemas, each of them once.
    /// - Returns: the chart as far as it could be read, and what is wrong with the rest.
    static func read(
        _ name: String, override: String?, in source: any FleetSource, files: ValuesFiles
    ) async -> Reading {
        var reader = ChartReader(source: source, override: override, files: files)
        let place = await reader.beginning(at: "\(Charts.folder)/\(name)")
        let chart = await reader.read(place, at: Position())?.chart.named(name) ?? Chart(key: name)
        let encrypted = place.entries.filter { $0.exact.hasSuffix(".yaml") && LayerName.isEncrypted($0) }
        return Reading(
            chart: chart, encrypted: encrypted.compactMap(place.file), jsonnet: place.file("values.jsonnet"),
            parts: reader.parts, findings: reader.findings)
    }

    private init(source: any FleetSource, override: String?, files: ValuesFiles) {
        self.source = source
        self.override = override
        self.files = files
    }

    /// A folder of the fleet in which Helm begins to read, with its `.helmignore`. What leads out of it is said here.
    mutating func beginning(at path: String) async -> ChartPlace {
        parts.insert(path.exact)
        var place = ChartPlace(in: source, path)
        if let bytes = await source.contents("\(path)/.helmignore") {
            let rules = HelmIgnore(bytes)
            for line in rules.badLines {
                report(
                    "values/unreadable-chart", "this is no pattern that Helm can read, and it installs nothing",
                    advice: "take it out, or write it without **",
                    at: SourceLocation(file: "\(path)/.helmignore", line: line))
            }
            place = place.leavingOut(rules)
        }
        findings += ChartLinks.findings(in: place)
        return place
    }

    /// A chart that was read, by what it says of itself.
    struct Found {
        /// Below its own name.
        let chart: Chart
        let name: String
        /// Nil for a chart in a fleet that names none.
        let version: ChartVersion?
    }

    /// - Returns: nil for a chart in `charts/` that Helm refuses, with the reason among the findings.
    mutating func read(_ place: ChartPlace, at position: Position) async -> Found? {
        total += 1
        let isTop = position.parents.isEmpty
        guard let metadata = await metadata(of: place, at: position) else {
            return position.isInCharts ? nil : Found(chart: Chart(key: ""), name: "", version: nil)
        }
        let values = await values(of: place)
        let dependencies = await dependencies(metadata, of: place, at: position)
        let computesValues = isTop && place.file("values.jsonnet") != nil
        let name = metadata.name ?? ""
        let chart = Chart(
            key: name, file: values?.file, values: values?.values, schema: await schema(of: place),
            hasTemplates: hasTemplates(place) || computesValues, declaresDependencies: metadata.dependencies != nil,
            dependencies: dependencies)
        return Found(chart: chart, name: name, version: metadata.version)
    }

    /// What a chart says of itself, which may be nothing; nil when it cannot be read, or Helm refuses it.
    private mutating func metadata(of place: ChartPlace, at position: Position) async -> ChartMetadata? {
        let file = await metadataFile(of: place, isTop: position.parents.isEmpty)
        var root: Value?
        if let file {
            guard let document = await document(file) else { return nil }
            root = document.root
        }
        let metadata = ChartMetadata(root, requirements: await requirements(of: place))
        findings += metadata.faults
        guard position.isInCharts, metadata.name?.isEmpty != false || metadata.version == nil else { return metadata }
        findings.append(
            ChartMetadata.fault(
                "a chart in charts/ needs a name and a version", advice: "give it both, such as version: 1.0.0",
                at: root?.location ?? SourceLocation(file: "\(place.shown)/Chart.yaml")))
        return nil
    }

    // MARK: - Files of a chart

    private func hasTemplates(_ place: ChartPlace) -> Bool { place.file("templates") != nil }

    /// A file that Helm reads; nil without one, or with one that is refused, which `ChartLinks` says.
    private mutating func readable(_ name: String, of place: ChartPlace) -> LayerFile? {
        guard let file = place.helmFile(name) else {
            if place.isLink(name), !place.ignores(name, isFolder: false) {
                report(
                    "values/unreadable-chart", "this is a link to nothing, and Helm installs nothing",
                    advice: "put the file here", at: SourceLocation(file: "\(place.shown)/\(name)"))
            }
            return nil
        }
        return place.kind(name) == .outside ? nil : file
    }

    private mutating func values(of place: ChartPlace) async -> (file: String, values: Value)? {
        guard let file = readable("values.yaml", of: place) else { return nil }
        let read = await files.content(of: file, isEncrypted: false)
        findings += read.findings(for: file)
        return (file.shown, read.values)
    }

    private mutating func schema(of place: ChartPlace) async -> Chart.Schema? {
        guard let file = readable("values.schema.json", of: place) ?? place.file("values.schema.yaml") else {
            return nil
        }
        let document = await files.schema(file)
        findings += document.findings
        return document.root.map { Chart.Schema(file: file.shown, document: $0) }
    }

    private mutating func requirements(of place: ChartPlace) async -> Value? {
        guard let file = readable("requirements.yaml", of: place) else { return nil }
        return await document(file)?.root
    }

    /// A file of metadata; nil with a finding when it cannot be read.
    private mutating func document(_ file: LayerFile) async -> YAMLReader.Document? {
        guard let bytes = await file.source.contents(file.path) else {
            let isOutside = file.source.kind(file.path) == .outside
            let reason =
                isOutside
                ? "this is a link that leads out of the repository"
                : "this cannot be read, is no plain file, or is larger than 32 MiB"
            report(
                "values/unreadable-chart", "\(reason), so nothing of the chart is read", advice: "put the file here",
                at: SourceLocation(file: file.shown))
            return nil
        }
        let document = YAMLReader.read(bytes, file: file.shown)
        findings += document.findings
        return document
    }

    /// The Chart.yaml, or the one that replaces it; nil without one. A folder below `helm-charts/` has one, and what
    /// `charts/` holds is looked at before.
    private mutating func metadataFile(of place: ChartPlace, isTop: Bool) async -> LayerFile? {
        if let override, await ChartMetadata.isReplaced(in: place.shown, isTop: isTop, source) {
            parts.insert(override.exact)
            return LayerFile(in: source, override)
        }
        if place.ignores("Chart.yaml", isFolder: false) {
            report(
                "values/unreadable-chart", "Helm leaves out the Chart.yaml of this chart, and so installs nothing",
                advice: "mend its .helmignore", at: SourceLocation(file: "\(place.shown)/Chart.yaml"))
            return nil
        }
        return place.file("Chart.yaml")
    }

    mutating func report(
        _ rule: String, _ message: String, severity: Finding.Severity = .error, advice: String? = nil,
        at place: SourceLocation
    ) {
        findings.append(Finding(severity, rule: rule, message, advice: advice, at: place))
    }
}
