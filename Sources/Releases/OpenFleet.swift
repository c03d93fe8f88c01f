import FleetModel
import FleetTools
import Texts

/// A fleet that was opened once: where it is read from, what it holds, what is wrong with it, and the values of its
/// releases.
package struct OpenFleet: Sendable {
    package let source: any FleetSource
    package let reading: FleetReader.Reading
    /// Reads each file and each chart once, for all releases that share it.
    package let loader: ValuesLoader
    private let policyReader: PolicyReader

    /// Opens a fleet.
    ///
    /// - Parameters:
    ///   - source: where to read it from.
    ///   - runner: runs sops and jsonnet.
    ///   - opensEncryptedFiles: whether sops is asked for the values of encrypted files.
    ///   - earlier: another state of the same fleet: files that are the same in both are read and opened once.
    ///   - kept: where results of jsonnet are kept for other runs; nil keeps none.
    /// - Throws: `FleetSourceError`, when there is no fleet, or its clusters cannot be listed.
    package init(
        _ source: any FleetSource, runner: any CommandRunner, opensEncryptedFiles: Bool = true,
        earlier: OpenFleet? = nil, kept: KeptResults? = nil
    ) async throws {
        self.source = source
        reading = try await FleetReader.read(source)
        loader = ValuesLoader(
            source, runner: runner, opensEncryptedFiles: opensEncryptedFiles, earlier: earlier?.loader, kept: kept)
        policyReader = PolicyReader(source: source)
    }

    package var fleet: Fleet { reading.fleet }

    /// What `fleet.yaml` says, read when it is first asked for.
    package var policy: FleetPolicy {
        get async { await policyReader.policy() }
    }

    // MARK: - Choosing

    /// The clusters that a command is about, and what is wrong with the files that they are read from.
    package struct Choice: Sendable {
        package let clusters: [Cluster]
        /// By place.
        package let findings: [Finding]
    }

    /// The clusters that any of the selectors chooses, with those of their hubs that are chosen. Without a selector it is
    /// the whole fleet, with all that is wrong with it. A wildcard may have meant clusters in files that cannot be read,
    /// so their errors belong to what it chooses. Where hubs are named, what is wrong with others does not belong to it.
    ///
    /// - Parameters:
    ///   - selectors: what is meant.
    ///   - kind: the provider whose clusters are chosen alone; nil for all.
    /// - Returns: the clusters, and what is wrong with them.
    /// - Throws: `SelectionError`. What was meant may be in a file that could not be read, so whoever tells of it also
    ///   tells of `reading.findings`.
    package func choosing(
        _ selectors: [String], on kind: ProviderKind? = nil
    ) throws(SelectionError) -> Choice {
        let unread = unreadChosen(by: selectors)
        // What chooses nothing but what could not be read is no slip.
        let known = selectors.filter { text in
            unread.isEmpty || fleet.has(text) || !unread.contains { Selector(text)?.matches($0) == true }
        }
        let chosen = try known.isEmpty && !selectors.isEmpty ? [] : fleet.selecting(known)
        let clusters = chosen.filter { kind == nil || $0.provider.kind == kind }
        if selectors.isEmpty, kind == nil { return Choice(clusters: clusters, findings: reading.findings) }
        let isOpen = selectors.isEmpty || selectors.contains { $0.contains { "*?[".contains($0) } }
        let namesHubs = !isOpen && selectors.allSatisfy { $0.utf8.contains(UInt8(ascii: "/")) }
        let findings = clusters.flatMap { cluster in
            namesHubs ? reading.findings(of: cluster.hubs, on: cluster) : reading.findings(of: cluster)
        }
        let others =
            isOpen
            ? unreadable
            : unreadable.filter { finding in
                unread.contains { finding.location.file.exact.hasPrefix("\($0.folder)/".exact) }
            }
        return Choice(clusters: clusters, findings: others + findings)
    }

    /// The clusters that could not be read, and that one of the selectors names.
    private func unreadChosen(by selectors: [String]) -> [DeclaredCluster] {
        let selectors = selectors.compactMap(Selector.init)
        return reading.unreadClusters.filter { cluster in selectors.contains { $0.matches(cluster) } }
    }

    /// Errors of files that yielded no cluster.
    package var unreadable: [Finding] {
        let folders = fleet.clusters.map { $0.folder + "/" }
        return reading.findings.filter { finding in
            finding.severity == .error && !folders.contains { finding.location.file.exact.hasPrefix($0.exact) }
        }
    }

    // MARK: - Releases

    /// What a release runs with. What `reading` says already is not among its findings.
    package func load(_ release: Release) async -> ValuesLoader.Loaded {
        let loaded = await loader.load(release)
        return ValuesLoader.Loaded(values: loaded.values, findings: reading.withoutKnown(loaded.findings))
    }

    /// What the schemas of a release's charts say of its values.
    package func schemaFindings(_ values: EffectiveValues) -> [Finding] { SchemaCache().findings(for: values) }

    /// Checks what was chosen of the fleet.
    package func validate(_ choice: Choice) async -> ValidationReport {
        await FleetValidator(source, reading, policy: await policy, loader: loader).validate(
            choice.clusters, findings: choice.findings)
    }
}

/// Reads the policy of a fleet once.
private actor PolicyReader {
    private let source: any FleetSource
    private var reading: Task<FleetPolicy, Never>?

    init(source: any FleetSource) {
        self.source = source
    }

    func policy() async -> FleetPolicy {
        if let reading { return await reading.value }
        let source = source
        let task = Task { await FleetPolicy.read(source) }
        reading = task
        return await task.value
    }
}
