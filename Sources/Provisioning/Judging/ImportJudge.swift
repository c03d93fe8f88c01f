import FleetModel
import FleetTools
import Releases
import Texts

/// Compares a fleet with what an import makes of it: effective values, what the new charts refuse, rendered objects, the
/// ways of alerts, and files. What it cannot judge here, it says.
package struct ImportJudge: Sendable {
    package struct Options: Sendable {
        /// Whether sops is asked for the values of encrypted files.
        package var opensEncryptedFiles = true
        /// Why alerts may go nowhere; nil when nobody says so.
        package var withoutAlerts: String?
        package var rendering = ReleaseRenderer.Options()

        package init() {}
    }

    private let source: any FleetSource
    private let options: Options
    private let doors: Doors
    private let kept: KeptResults?

    /// - Parameters:
    ///   - source: the fleet as it was.
    ///   - options: how.
    ///   - doors: sops, jsonnet and helm are run.
    ///   - kept: where results of jsonnet are kept for other runs.
    package init(_ source: any FleetSource, options: Options, doors: Doors, kept: KeptResults? = nil) {
        self.source = source
        self.options = options
        self.doors = doors
        self.kept = kept
    }

    /// Makes comments of the keys that the new charts refuse, and says all that the new fleet does not do.
    ///
    /// - Parameter plan: the files of the new fleet.
    /// - Returns: what was found.
    /// - Throws: `FleetSourceError`, `FileError`, or `CancellationError`.
    package func judge(_ plan: inout ImportPlan) async throws -> ImportReport {
        let before = try await open(source)
        let folder = try PrivateFolder()
        defer { folder.remove() }
        for file in plan.files { try folder.write(file.bytes, to: file.path) }
        var findings = ImportFindings()
        let after = try await refusals(&plan, in: folder, before, adding: &findings)
        let pairs = await pairs(before, after, adding: &findings)
        var values = ValueFindings(plan)
        let alerts = LostAlerts(await before.policy, reason: options.withoutAlerts)
        for pair in pairs {
            values.add(pair, in: after)
            for finding in alerts.findings(pair) { findings.add(finding, [pair.id]) }
        }
        findings.add(values.findings)
        let objects = ObjectComparison(
            before: before, after: after, doors: doors, options: options.rendering, alerts: alerts)
        findings.add(try await objects.findings(pairs))
        for left in plan.leftOut { findings.add(left.finding) }
        let report = findings.report
        if let reason = options.withoutAlerts {
            plan.record(withoutAlerts: reason, of: report.clustersWithoutAlerts(among: pairs))
        }
        return report
    }

    private func open(_ source: any FleetSource, earlier: OpenFleet? = nil) async throws -> OpenFleet {
        try await OpenFleet(
            source, runner: doors.runner, opensEncryptedFiles: options.opensEncryptedFiles, earlier: earlier, kept: kept
        )
    }

    // MARK: - What the new charts refuse

    /// A key that goes may show what another one hid.
    private static let rounds = 4

    private func refusals(
        _ plan: inout ImportPlan, in folder: PrivateFolder, _ before: OpenFleet, adding findings: inout ImportFindings
    ) async throws -> OpenFleet {
        let known = ErrorCounts(try await report(of: before))
        for _ in 1..<Self.rounds {
            let after = try await open(WorkingTree(folder.path), earlier: before)
            let new = known.new(in: try await report(of: after))
            let keys = new.map(\.finding).filter { $0.rule.hasPrefix("schema/") }
            let done = plan.comment(keys)
            for file in plan.files where done.files.contains(where: { $0.exact == file.path.exact }) {
                try folder.write(file.bytes, to: file.path)
            }
            guard done.done.isEmpty else { continue }
            for entry in new { findings.add(refused(entry.finding), entry.releases) }
            return after
        }
        let after = try await open(WorkingTree(folder.path), earlier: before)
        for entry in known.new(in: try await report(of: after)) { findings.add(refused(entry.finding), entry.releases) }
        return after
    }

    private func report(of fleet: OpenFleet) async throws -> ValidationReport {
        await fleet.validate(try fleet.choosing([]))
    }

    /// An error that the source had not. What cannot be computed here is not judged.
    private func refused(_ finding: Finding) -> Finding {
        if finding.rule == "values/jsonnet" {
            return Finding(
                .warning, rule: ObjectComparison.rule, "what this computes is not compared: \(finding.message)",
                at: finding.location)
        }
        return Finding(
            rule: finding.rule, "\(finding.message), which the source's charts do not say", advice: finding.advice,
            at: finding.location, related: finding.related)
    }

    // MARK: - Values

    private func pairs(
        _ before: OpenFleet, _ after: OpenFleet, adding findings: inout ImportFindings
    ) async -> [ReleasePair] {
        for cluster in before.reading.unreadClusters {
            findings.add(
                Finding(
                    .warning, rule: ObjectComparison.rule, "this cluster cannot be read, so nothing of it is compared",
                    at: SourceLocation(file: cluster.folder)))
        }
        let new = releases(of: after)
        let matched = releases(of: before).compactMap { release in
            new.first { $0.id.exact == release.id.exact }.map { (before: release, after: $0) }
        }
        let loaded = await withTaskGroup(of: (Int, ValuesLoader.Loaded, ValuesLoader.Loaded).self) { group in
            for (index, release) in matched.enumerated() {
                group.addTask { (index, await before.load(release.before), await after.load(release.after)) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }
        }
        return loaded.map { index, old, new in
            let release = matched[index]
            unknown(old, of: release.before, adding: &findings)
            return ReleasePair(before: release.before, after: release.after, old: old.values, new: new.values)
        }
    }

    private func releases(of fleet: OpenFleet) -> [Release] {
        let charts = Charts(in: fleet.source)
        return fleet.fleet.clusters.flatMap { $0.releases(charts: charts) }
    }

    /// Layers of the source of which nothing is known: what they set may be gone as well.
    private func unknown(
        _ loaded: ValuesLoader.Loaded, of release: Release, adding findings: inout ImportFindings
    ) {
        for gap in loaded.values.gaps {
            let why = loaded.findings.first { $0.location.file.exact == gap.file.exact }
            let reason = why.map { ": \($0.message)" } ?? ""
            findings.add(
                Finding(
                    .warning, rule: ObjectComparison.rule,
                    "what this sets is not compared, alerts and permissions among it\(reason)",
                    advice: "import once more where it can be read", at: SourceLocation(file: gap.file)),
                [release.id])
        }
        for layer in loaded.values.locked {
            findings.add(
                Finding(
                    .note, rule: ObjectComparison.rule, "its values are closed here, so its keys alone are compared",
                    at: SourceLocation(file: layer.file)), [release.id])
        }
    }
}

extension ImportReport {
    /// The names of the clusters whose alerts go nowhere.
    fileprivate func clustersWithoutAlerts(among pairs: [ReleasePair]) -> [String] {
        let ids = Set(entries.filter { $0.finding.rule == LostAlerts.rule }.flatMap(\.releases).map(\.exact))
        return Set(pairs.filter { ids.contains($0.id.exact) }.map(\.before.cluster.name.value.exact)).sorted().map(
            \.text)
    }
}
