import FleetModel
import FleetTools
import Texts

/// Reads and decrypts the layers of releases and merges them. Each file is read once for all releases that share it.
package struct ValuesLoader: Sendable {
    /// A release's values, and what is wrong with the files that they come from.
    package struct Loaded: Sendable {
        package let values: EffectiveValues
        package let findings: [Finding]
    }

    let source: any FleetSource
    private let sops: Sops?
    private let files: ValuesFiles
    /// The files of clusters in the earlier state, if there is one.
    private let earlier: EarlierFiles?
    /// Files beside charts, which all clusters share.
    private let chartFiles: ValuesFiles
    let charts: ChartLoader
    private let jsonnet: Jsonnet

    /// - Parameters:
    ///   - source: the fleet.
    ///   - runner: runs sops and jsonnet.
    ///   - opensEncryptedFiles: whether sops is asked at all.
    ///   - earlier: the loader of another state of the fleet: files that are the same in both are read and opened once.
    ///   - kept: where results of jsonnet are kept for other runs.
    package init(
        _ source: any FleetSource, runner: any CommandRunner, opensEncryptedFiles: Bool = true,
        earlier: ValuesLoader? = nil, kept: KeptResults? = nil
    ) {
        self.source = source
        // What one of the two leaves closed and the other opens is not the same.
        let earlier = (earlier?.sops == nil) == opensEncryptedFiles ? nil : earlier
        sops = opensEncryptedFiles ? earlier?.sops ?? Sops(runner: runner) : nil
        self.earlier = earlier.map { EarlierFiles(source: $0.source, files: $0.files) }
        files = ValuesFiles(sops: sops, earlier: self.earlier)
        chartFiles = ValuesFiles(
            sops: sops, earlier: earlier.map { EarlierFiles(source: $0.source, files: $0.chartFiles) })
        charts = ChartLoader(source: source, files: chartFiles)
        jsonnet = Jsonnet(source, runner: runner, kept: kept)
    }

    private init(_ shared: ValuesLoader) {
        source = shared.source
        sops = shared.sops
        earlier = shared.earlier
        files = ValuesFiles(sops: shared.sops, earlier: shared.earlier)
        chartFiles = shared.chartFiles
        charts = shared.charts
        jsonnet = shared.jsonnet
    }

    /// One for the releases of one cluster: it forgets their files with it, and shares the charts.
    package func forCluster() -> ValuesLoader { ValuesLoader(self) }

    /// Reads all that a release runs with. Its files are read side by side.
    package func load(_ release: Release) async -> Loaded {
        let chart = await charts.chart(release.chart.value, override: release.chartOverrideFile)
        let files = layerFiles(of: release, chart: chart)
        let read = await withTaskGroup(of: (Int, Read).self) { group in
            for (index, file) in files.enumerated() {
                group.addTask { (index, await self.layer(file, release: release)) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
        let gaps = read.indices.filter { read[$0].isUnknown }.map { index in
            EffectiveValues.Gap(
                file: files[index].file.shown, weaker: read[..<index].count { $0.layer != nil },
                isOfChart: files[index].file.listedAt == nil)
        }
        let values = EffectiveValues(chart: chart.chart, given: read.compactMap(\.layer), gaps: gaps)
        let misfits = values.misfits.map { misfit in
            Finding(
                rule: "values/subchart-type",
                "\(misfit.key.printable) is a chart below this one, so its values are a map, not \(misfit.kind), and Helm "
                    + "installs nothing", advice: "write a map, or take it out", at: misfit.location)
        }
        return Loaded(values: values, findings: (chart.findings + read.flatMap(\.findings) + misfits).sorted())
    }

    /// What came of a file.
    private struct Read: Sendable {
        let layer: Layer?
        let findings: [Finding]
        /// Whether nobody knows what it sets.
        let isUnknown: Bool
    }

    /// A file that becomes a layer.
    private struct Listed: Sendable {
        let file: LayerFile
        let kind: Layer.Kind
        /// Whether it lies beside the chart, so that all clusters share it.
        var isOfChart = false
    }

    /// The files over the chart's values, weakest first: encrypted ones beside the chart of support services, the
    /// chart's `values.jsonnet`, those that the release lists.
    private func layerFiles(of release: Release, chart: ChartReader.Reading) -> [Listed] {
        let encrypted = release.kind == .support ? chart.encrypted : []
        let listed = release.valuesFiles.map { listed in
            let path = "\(release.cluster.folder)/\(listed.value)"
            let kind: Layer.Kind =
                LayerName.isJsonnet(path) ? .jsonnet : LayerName.isEncrypted(path) ? .encrypted : .file
            return Listed(file: LayerFile(in: source, path, listedAt: listed.location), kind: kind)
        }
        return encrypted.map { Listed(file: $0, kind: .encrypted, isOfChart: true) }
            + [chart.jsonnet].compactMap { $0 }.map { Listed(file: $0, kind: .jsonnet) } + listed
    }

    private func layer(_ listed: Listed, release: Release) async -> Read {
        let file = listed.file
        if listed.kind == .jsonnet {
            let (layer, findings) = await rendered(file, release: release)
            return Read(layer: layer, findings: findings, isUnknown: layer == nil)
        }
        let content = await (listed.isOfChart ? chartFiles : files)
            .content(of: file, isEncrypted: listed.kind == .encrypted)
        return Read(
            layer: content.layer(listed.kind, of: file), findings: content.findings(for: file),
            isUnknown: content.isUnknown)
    }

    /// What jsonnet makes of a file for this release. It tells no lines, so all values stand at the start of the file.
    private func rendered(_ file: LayerFile, release: Release) async -> (Layer?, [Finding]) {
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
        } catch let refusal as JsonnetRefusal {
            return (nil, refusal.findings)
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
