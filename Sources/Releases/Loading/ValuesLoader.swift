import FleetModel
import FleetTools
import Foundation

/// Reads and decrypts the layers of releases and merges them. Each file is read once for all releases that share it.
package struct ValuesLoader: Sendable {
    /// A release's values, and what is wrong with the files that they come from.
    package struct Loaded: Sendable {
        package let values: EffectiveValues
        package let findings: [Finding]
    }

    private let root: String
    private let files: ValuesFiles
    /// Files beside charts, which all clusters share.
    private let chartFiles: ValuesFiles
    private let charts: ChartLoader
    private let jsonnet: Jsonnet

    /// - Parameters:
    ///   - root: the fleet repository.
    ///   - runner: runs sops, jsonnet and tar.
    ///   - opensEncryptedFiles: whether sops is asked at all.
    package init(root: String, runner: any CommandRunner, opensEncryptedFiles: Bool = true) {
        let sops = opensEncryptedFiles ? Sops(runner: runner) : nil
        chartFiles = ValuesFiles(sops: sops)
        files = ValuesFiles(sops: sops)
        charts = ChartLoader(root: root, files: chartFiles, runner: runner)
        jsonnet = Jsonnet(runner: runner)
        self.root = root
        self.sops = sops
    }

    private let sops: Sops?

    private init(_ shared: ValuesLoader) {
        root = shared.root
        files = ValuesFiles(sops: shared.sops)
        chartFiles = shared.chartFiles
        charts = shared.charts
        jsonnet = shared.jsonnet
        sops = shared.sops
    }

    /// One for the releases of one cluster: it forgets their files with it, and shares the charts.
    package func forCluster() -> ValuesLoader { ValuesLoader(self) }

    package func load(_ release: Release) async -> Loaded {
        let chart = await charts.chart(release.chart.value, override: release.chartOverrideFile)
        var findings = chart.findings
        var layers: [Layer] = []
        // Support services have encrypted values beside their chart.
        for file in release.kind == .support ? chart.encrypted : [] {
            let (layer, found) = await layer(file, kind: .encrypted, from: chartFiles)
            findings += found
            layers.append(layer)
        }
        for (file, kind) in layerFiles(of: release, chart: chart) {
            let (layer, found) =
                kind == .jsonnet ? await rendered(file, release: release) : await layer(file, kind: kind, from: files)
            findings += found
            if let layer { layers.append(layer) }
        }
        let values = EffectiveValues(chart: chart.chart, given: layers)
        return Loaded(values: values, findings: findings.sorted())
    }

    /// The files over the chart's own, weakest first: the chart's `values.jsonnet`, those that the release lists.
    private func layerFiles(
        of release: Release, chart: ChartLoader.Loaded
    ) -> [(file: ChartFiles.File, kind: Layer.Kind)] {
        let computed = chart.jsonnet.map { [($0, Layer.Kind.jsonnet)] } ?? []
        let listed = release.valuesFiles.map { listed -> (ChartFiles.File, Layer.Kind) in
            let shown = "\(release.cluster.folder)/\(listed.value)"
            let kind: Layer.Kind =
                LayerName.isJsonnet(shown) ? .jsonnet : LayerName.isEncrypted(shown) ? .encrypted : .file
            return (ChartFiles.File(shown: shown, path: "\(root)/\(shown)", listedAt: listed.location), kind)
        }
        return computed + listed
    }

    private func layer(
        _ file: ChartFiles.File, kind: Layer.Kind, from files: ValuesFiles
    ) async -> (Layer, [Finding]) {
        let content = await files.content(of: file, isEncrypted: kind == .encrypted)
        let layer = Layer(kind: kind, file: file.shown, values: content.values, locked: content.locked)
        return (layer, content.findings)
    }

    /// What jsonnet makes of a file for this release. It tells no lines, so all values stand at the start of the file.
    private func rendered(_ file: ChartFiles.File, release: Release) async -> (Layer?, [Finding]) {
        let place = SourceLocation(file: file.shown)
        guard !file.shown.contains("secret") else {
            let finding = Finding(
                rule: "values/not-encrypted", "this file is named a secret, but jsonnet files cannot be encrypted",
                advice: "put its secrets into a YAML file that sops encrypts, or rename it", at: place)
            return (nil, [finding])
        }
        do {
            let text = try await jsonnet.render(file.path, variables: release.jsonnetVariables)
            let document = YAMLReader.read(text, file: file.shown)
            guard let root = document.root, root.map != nil else {
                return (nil, [Finding(rule: "values/no-map", "this file must render to a map", at: place)])
            }
            return (Layer(kind: .jsonnet, file: file.shown, values: root.relocated(to: place)), document.findings)
        } catch {
            // What is computed from a cloud's settings can wait where there is no cloud.
            let canWait =
                release.cluster.provider.kind == .local && error as? CommandError == .notFound(program: "jsonnet")
            let finding = Finding(
                canWait ? .note : .error, rule: "values/jsonnet", "this cannot be rendered: \(error)",
                advice: "what it sets is missing in all that follows", at: place)
            return (nil, [finding])
        }
    }
}
