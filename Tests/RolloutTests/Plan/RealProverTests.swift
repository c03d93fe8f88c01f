import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Releases
import Rollout
import Testing

/// Every production hub of the real fleet has a prover, or none with a reason.
@Suite(.tags(.medium), .needs("git"), .needs("jsonnet"), .needsRealFleet)
struct RealProverTests {
    /// A hub as its cluster.yaml has it, read without what plans are made of.
    private struct Entry {
        let cluster: String
        let name: String
        let chart: String
        let override: String?
        let files: [String]

        var isStaging: Bool { name.contains("staging") }
    }

    private func entries(below folder: String) throws -> [Entry] {
        let clusters = "\(folder)/config/clusters"
        return try FileManager.default.contentsOfDirectory(atPath: clusters).sorted().flatMap { cluster -> [Entry] in
            let file = "\(clusters)/\(cluster)/cluster.yaml"
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return [] }
            let hubs = YAMLReader.read(text, file: file).root?["hubs"]?.list ?? []
            return hubs.compactMap { hub in
                guard let name = hub["name"]?.string, let chart = hub["helm_chart"]?.string else { return nil }
                return Entry(
                    cluster: cluster, name: name, chart: chart, override: hub["chart_override"]?.string,
                    files: (hub["helm_chart_values_files"]?.list ?? []).compactMap(\.string))
            }
        }
    }

    /// What there must be by the rule of docs/planning.md: the staging hub of the cluster on the same chart that shares most
    /// files, the first of several.
    private func expected(_ hub: Entry, among all: [Entry]) -> String {
        let staging = all.filter { $0.cluster == hub.cluster && $0.isStaging }
        guard !staging.isEmpty else { return "none: its cluster has no staging hub" }
        let fitting = staging.filter { $0.chart == hub.chart && $0.override == hub.override }
        guard !fitting.isEmpty else { return "none: no staging hub of its cluster is on the same chart" }
        func shared(_ other: Entry) -> Int { hub.files.count { other.files.contains($0) } }
        let most = fitting.map(shared).max() ?? 0
        let first = fitting.first { shared($0) == most }
        return "\(hub.cluster)/\(first?.name ?? "") shares \(most) of \(hub.files.count)"
    }

    @Test func everyProductionHubHasAProverOrAReason() async throws {
        let real = try #require(RealThings.fleet, "HUBFLEET_REAL_FLEET names the folder of the real fleet")
        let folder = try TemporaryFolder()
        for name in ["config", "helm-charts", "upstream"] {
            try? FileManager.default.copyItem(atPath: "\(real)/\(name)", toPath: "\(folder.path)/\(name)")
        }
        try await folder.commitAll()
        let runner = try RealThings.runner()
        let sources = try await FleetSources(of: WorkingTree(folder.path), from: "HEAD", to: nil, runner: runner)
        let options = Planner.Options(labels: ChangeLabels(["deployer:deploy-hubs"]), opensEncryptedFiles: false)
        let plan = try await Planner(FleetStates(sources, runner: runner), options).plan()
        let entries = try entries(below: real)
        let production = entries.filter { !$0.isStaging }
        var found: [String: String] = [:]
        for planned in plan.releases where planned.release.hub?.isStaging == false {
            switch planned.prover {
            case .hub(let prover):
                let all = prover.sharedFiles.count + prover.ownFiles.count
                found[planned.id] = "\(prover.hub) shares \(prover.sharedFiles.count) of \(all)"
                #expect(planned.stage == .production)
            case .none(let reason):
                found[planned.id] = "none: \(reason)"
                #expect(planned.stage == .alone)
            case .waived(let reason, _): found[planned.id] = "waived: \(reason)"
            case .needless: found[planned.id] = "needless"
            }
        }
        let wanted = production.map { ("\($0.cluster)/\($0.name)", expected($0, among: entries)) }
        #expect(found == Dictionary(wanted) { first, _ in first })
        #expect(production.count > 20)
    }
}
