import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Releases
import Testing
import Texts

@testable import FleetCommands

/// A change request is hostile input: what lies outside of its repository is neither read nor shown, whatever it says.
@Suite(.tags(.medium), .needs("git"), .needs("jsonnet"), .needs("python3"))
struct HostileFleetTests {
    /// What is planted in files and variables. Its parts are looked for too, as something may show a piece.
    private static let canary = "canary-8261-secret"
    private static let pieces = [
        "canary", "8261", Data("canary-8261".utf8).base64EncodedString().prefix(12).description,
    ]

    private static let isPlanted: Bool = setenv("HUBFLEET_PLANTED", canary, 1) == 0

    /// A fleet, and beside it what is none of its.
    private func plant() async throws -> HostileWay.Outside {
        #expect(Self.isPlanted)
        let base = try TemporaryFolder()
        let fleet = try base.subfolder("fleet").write([
            "config/clusters/c/cluster.yaml": """
            name: c
            provider: kubeconfig
            metadata: {}
            kubeconfig: {file: enc-k.secret.yaml}
            hubs:
              - {name: prod, domain: hub.example.org, helm_chart: basehub, helm_chart_values_files: [prod.values.yaml]}

            """,
            "config/clusters/c/enc-k.secret.yaml": Self.encrypted("ENC[x]"),
            "config/clusters/c/prod.values.yaml": "own: {y: 1}\n", "fleet.yaml": "{}\n",
            "helm-charts/basehub/Chart.yaml": "apiVersion: v2\nname: basehub\nversion: 0.1.0\n",
            "helm-charts/basehub/values.yaml": "own: {x: 0}\n", "helm-charts/basehub/templates/x.yaml": "",
        ])
        let chart = "apiVersion: v2\nname: \(Self.canary)\nversion: 1.0.0\n"
        try base.subfolder("outside").write([
            "plain.yaml": "own: {x: \(Self.canary)}\n\(Self.canary): [}\n",
            "enc.secret.yaml": Self.encrypted(Self.canary),
            "cluster.yaml": "name: outside\nprovider: local\nhubs: [{name: \(Self.canary)}]\n\(Self.canary): 1\n",
            "fleet.yaml": "\(Self.canary): 1\n", "schema.yaml": "{type: object, required: [\(Self.canary)]}\n",
            "code.libsonnet": "{ own: { x: '\(Self.canary)' } }", "chart/Chart.yaml": chart,
            "chart/values.yaml": "x: \(Self.canary)\n", "chart/templates/x.yaml": "", "charts/sub/Chart.yaml": chart,
            "charts/sub/values.yaml": "x: \(Self.canary)\n",
        ])
        try await RealThings.runner().check(
            Invocation("tar", ["-czf", "\(base.path)/outside/chart.tgz", "-C", "\(base.path)/outside", "chart"]))
        try await fleet.commitAll("base")
        let settings = try fleet.read(".git/config")
        try fleet.write([".git/config": settings + "[http]\n\textraheader = \(Self.canary)\n"])
        return HostileWay.Outside(base: base.path, fleet: fleet, keeper: base)
    }

    private static func encrypted(_ value: String) -> String {
        "own: \(value)\nsops: {mac: m, version: 3, lastmodified: t}\n"
    }

    @Test(arguments: HostileWay.all) func showsNothingOfOutside(_ way: HostileWay) async throws {
        let outside = try await plant()
        try await way.apply(outside)
        try await check(outside, isRefused: way.isRefused)
    }

    /// Several ways at once, chosen by chance.
    @Test(arguments: 0..<12) func showsNothingOfOutsideWhenWaysMeet(_ round: Int) async throws {
        var random = RandomRun.numbers(20_261_130 &+ UInt64(round))
        let outside = try await plant()
        let ways = HostileWay.all.filter { !$0.replacesTheChart }.shuffled(using: &random).prefix(5)
        for way in ways { try await way.apply(outside) }
        try await check(outside, isRefused: ways.contains(where: \.isRefused))
    }

    @Test func findsWhatIsPlanted() async throws {
        let outside = try await plant()
        let text = try String(contentsOfFile: outside.folder + "/plain.yaml", encoding: .utf8)
        try outside.fleet.write(["config/clusters/c/prod.values.yaml": String(text.prefix { $0 != "\n" })])
        let shown = try await run(["values", "c/prod"], in: outside)
        #expect(shown.contains(Self.canary))
    }

    // MARK: - Looking

    private func check(_ outside: HostileWay.Outside, isRefused: Bool) async throws {
        let validate = try await run(["validate", "--severity", "note", "--format", "json"], in: outside)
        if isRefused {
            #expect(validate.contains("\"severity\" : \"error\""), "nothing is refused: \(validate)")
        }
        var shown = [validate]
        for arguments in [
            ["validate"], ["list"], ["show", "c"], ["show", "c/prod"], ["values", "c/prod"],
            ["explain", "c/prod", "own.x"],
            ["explain", "c/prod", "--unused"],
        ] { shown.append(try await run(arguments, in: outside)) }
        shown.append(try await stateInGit(outside))
        shown += try kept(in: outside.base + "/cache")
        for text in shown {
            for piece in Self.pieces { #expect(!text.contains(piece), "\(text)") }
        }
    }

    /// All that a command prints, and what it fails with.
    private func run(_ arguments: [String], in outside: HostileWay.Outside) async throws -> String {
        var sample = CommandCase(folder: outside.fleet)
        sample.environment = ["XDG_CACHE_HOME": outside.base + "/cache"]
        var context = sample.context
        context.doors.runner = try RealThings.runner()
        var failure = ""
        do { try await CommandCase.command(arguments).run(in: context) } catch { failure = "\(error)" }
        return [sample.output.results, sample.output.messages.joined(separator: "\n"), failure].joined(separator: "\n")
    }

    /// The same state, read from git.
    private func stateInGit(_ outside: HostileWay.Outside) async throws -> String {
        try await outside.fleet.commitAll("hostile")
        let runner = try RealThings.runner()
        let fleet = try await OpenFleet(GitTree("HEAD", of: outside.fleet.path, runner: runner), runner: runner)
        var shown = fleet.reading.findings.map(\.description)
        for cluster in fleet.fleet.clusters {
            for release in cluster.releases(charts: fleet.reading.charts) {
                let loaded = await fleet.load(release)
                shown += loaded.findings.map(\.description) + [loaded.values.merged.oneLine()]
            }
        }
        return shown.joined(separator: "\n")
    }

    private func kept(in folder: String) throws -> [String] {
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return names.compactMap { name in
            FileManager.default.contents(atPath: "\(folder)/\(name)").map { String(decoding: $0, as: UTF8.self) }
        } + names
    }
}
