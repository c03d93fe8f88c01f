import FleetModel
import Foundation
import Synchronization
import Texts

/// Checks the effective values of every hub and support release: files, schemas, rules. Everything at once, offline.
struct FleetValidator: Sendable {
    private let source: any FleetSource
    private let reading: FleetReader.Reading
    private let policy: FleetPolicy
    private let loader: ValuesLoader
    private let schemas = SchemaCache()
    private let seen = SeenFiles()

    /// - Parameters:
    ///   - source: the fleet.
    ///   - reading: what was read from it.
    ///   - policy: what is left out, or more or less severe.
    ///   - loader: reads the values of its releases.
    init(_ source: any FleetSource, _ reading: FleetReader.Reading, policy: FleetPolicy, loader: ValuesLoader) {
        self.source = source
        self.reading = reading
        self.policy = policy
        self.loader = loader
    }

    private var charts: Charts { reading.charts }

    /// Checks clusters of the fleet, with those of their hubs that they are given with. `findings` are known already.
    func validate(_ clusters: [Cluster], findings: [Finding]) async -> ValidationReport {
        var all = FindingsByRelease()
        all.add(policy.findings)
        all.add(policy.findings(on: reading.fleet))
        all.add(findings)
        let plans = clusters.map { Plan($0, fleet: reading.fleet, charts: charts) }
        await withTaskGroup(of: FindingsByRelease.self) { group in
            var waiting = plans.makeIterator()
            // A few clusters at a time keep the processors busy and the memory small.
            for _ in 0..<Self.clustersAtOnce {
                if let plan = waiting.next() { group.addTask { await check(plan) } }
            }
            for await found in group {
                all.add(found)
                if !Task.isCancelled, let plan = waiting.next() { group.addTask { await check(plan) } }
            }
        }
        let releases = plans.flatMap(\.releases)
        return ValidationReport(
            entries: all.entries, hubs: releases.count { $0.kind == .hub },
            supports: releases.count { $0.kind == .support },
            locked: all.locked.sorted { $0.key < $1.key }.map { ($0.key.text, $0.value) })
    }

    private static let clustersAtOnce = max(2, ProcessInfo.processInfo.activeProcessorCount)

    /// What is to be checked of a cluster.
    private struct Plan {
        /// As it is in the fleet.
        let cluster: Cluster
        /// Whether all of it was asked for, and so what concerns it as a whole.
        let isWhole: Bool
        let releases: [Release]

        init(_ selected: Cluster, fleet: Fleet, charts: Charts) {
            let cluster = fleet.cluster(selected.name.value) ?? selected
            self.cluster = cluster
            isWhole = cluster.hubs.count == selected.hubs.count
            releases = isWhole ? cluster.releases(charts: charts) : selected.hubs.map { Release($0, of: cluster) }
        }
    }

    // MARK: - One cluster

    private func check(_ plan: Plan) async -> FindingsByRelease {
        let loader = loader.forCluster()
        var found = FindingsByRelease()
        if plan.isWhole { found.add(policy.metadata.findings(for: plan.cluster)) }
        if plan.isWhole { found.add(switched(RuleBook.findings(for: plan.cluster), cluster: plan.cluster)) }
        await withTaskGroup(of: Checked.self) { group in
            for release in plan.releases where charts.names.contains(release.chart.value.exact) {
                group.addTask { await check(release, loader: loader) }
            }
            var checked: Set<ExactText> = []
            var hubs: [HubFacts] = []
            for await release in group {
                found.add(release.findings)
                if let facts = release.facts { hubs.append(facts) }
                for layer in release.layers where checked.insert(layer.file.exact).inserted {
                    found.add(switched(RuleBook.findings(for: layer), cluster: plan.cluster))
                    if let reason = layer.locked { found.locked[layer.file.exact] = reason }
                }
            }
            guard plan.isWhole else { return }
            found.add(await unlisted(plan.cluster, listed: checked))
            hubs.sort { $0.hub.location < $1.hub.location }
            found.add(switched(RuleBook.findings(for: hubs), cluster: plan.cluster))
        }
        return found
    }

    /// Files of the cluster's folder that are named secrets, but are no layer: credentials, or forgotten ones.
    private func unlisted(_ cluster: Cluster, listed: Set<ExactText>) async -> [Finding] {
        let names = (source.entries(cluster.folder) ?? []).filter {
            LayerName.isEncrypted($0) && [".yaml", ".yml", ".json"].contains(where: $0.exact.hasSuffix)
        }
        var findings: [Finding] = []
        for file in names.map({ "\(cluster.folder)/\($0)" }) where !listed.contains(file.exact) {
            guard let bytes = await source.contents(file) else { continue }
            findings += EncryptedFile(YAMLReader.read(bytes, file: file, hidesScalars: true), file: file).findings
        }
        return findings
    }

    /// What came of the check of a release.
    private struct Checked: Sendable {
        let findings: FindingsByRelease
        /// The layers that can be checked by themselves.
        let layers: [Layer]
        /// Nil for support services.
        let facts: HubFacts?
    }

    private func check(_ release: Release, loader: ValuesLoader) async -> Checked {
        let loaded = await loader.load(release)
        let bySchemas = schemas.findings(for: loaded.values)
        var findings = reading.withoutKnown(loaded.findings) + bySchemas
        let facts = release.hub.map { HubFacts($0, on: release.cluster.provider.kind, effective: loaded.values) }
        if let facts {
            // What a chart's schema says of a value is not said again.
            let known = Set(bySchemas.map(\.location))
            findings += RuleBook.findings(for: facts).filter {
                !RuleBook.ofTypes.contains($0.rule) || !known.contains($0.location)
            }
        } else {
            findings += RuleBook.findings(for: loaded.values)
        }
        var found = FindingsByRelease()
        found.add(switched(findings, cluster: release.cluster, hub: release.hub), release: release.id)
        // Charts of the repository may hold what should be encrypted, as hubs' files may.
        let own = loaded.values.chart.layers().filter { $0.kind == .chart && seen.isFirst($0.file) }
        return Checked(findings: found, layers: loaded.values.given + own, facts: facts)
    }

    private func switched(_ findings: [Finding], cluster: Cluster, hub: Hub? = nil) -> [Finding] {
        findings.compactMap { policy.checks.apply(to: $0, cluster: cluster, hub: hub) }
    }
}

/// Files that all clusters share, and that one of them is to check.
private final class SeenFiles: Sendable {
    private let files = Mutex<Set<[UInt8]>>([])

    func isFirst(_ file: String) -> Bool { files.withLock { $0.insert(Array(file.utf8)).inserted } }
}
