import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Releases
import Testing
import Texts

@testable import FleetCommands

/// A change request is hostile input: what lies outside of its repository is neither read nor shown, whatever it says.
@Suite(.tags(.medium), .needs("git"), .needs("jsonnet"), .needs("python3"), .needs("helm"))
struct HostileFleetTests {
    private static let isPlanted: Bool = setenv(HostileWay.variable, HostileWay.canary, 1) == 0

    private func plant() async throws -> HostileWay.Outside {
        #expect(Self.isPlanted)
        return try await .plant()
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
        for arguments in [["values", "c/prod"], ["plan", "--base", "HEAD"], ["diff", "--base", "HEAD"]] {
            #expect(try await run(arguments, in: outside).contains(HostileWay.canary), "\(arguments)")
        }
    }

    /// A change request that brings what git keeps for itself would have another repository's commits read as the fleet's.
    @Test func aFolderThatLooksLikeARepositoryIsNone() async throws {
        let outside = try await plant()
        let far = try TemporaryFolder().write([
            "config/clusters/c/cluster.yaml": "name: c\nprovider: local\nhubs: [{name: \(HostileWay.canary)}]\n"
        ])
        try await far.commitAll()
        let commit = try await RealThings.runner().check(Git.commit("HEAD", in: far.path)).text
        let folder = try outside.fleet.subfolder("fleets/one").write([
            "fleet.yaml": "", "config/clusters/c/cluster.yaml": "name: c\nprovider: local\nhubs: []\n",
            "HEAD": "ref: refs/heads/main\n", "refs/heads/main": commit, "config/x": "",
            "objects/info/alternates": "\(far.path)/.git/objects\n",
        ])
        for arguments in [["plan"], ["plan", "--from", "main", "--to", "main"], ["diff", "--base", "main"]] {
            let shown = try await run(arguments + ["-C", folder.path], in: outside)
            #expect(HostileWay.pieces(in: shown) == [])
            #expect(shown.contains("holds files as git keeps them for itself"), "\(shown)")
        }
    }

    @Test func thereAreManyWays() {
        #expect(HostileWay.all.count >= 90)
        #expect(Set(HostileWay.all.map(\.name)).count == HostileWay.all.count)
    }

    // MARK: - Looking

    private func check(_ outside: HostileWay.Outside, isRefused: Bool) async throws {
        let validate = try await run(["validate", "--severity", "note", "--format", "json"], in: outside)
        if isRefused {
            #expect(validate.contains("\"severity\" : \"error\""), "nothing is refused: \(validate)")
        }
        var shown = [validate]
        for arguments in [
            ["validate", "--format", "github"], ["list"], ["show", "c/prod"], ["values", "c/prod"],
            ["explain", "c/prod", "--unused"],
            ["charts", "fetch", "--offline"], ["plan", "--base", "HEAD"], ["diff", "--base", "HEAD"],
        ] { shown.append(try await run(arguments, in: outside)) }
        shown += HostileWay.texts(below: outside.cache)
        // Git itself may follow what its settings say.
        try await outside.fleet.commitAll("hostile")
        try? FileManager.default.removeItem(atPath: outside.cache + "/started")
        shown.append(try await stateInGit(outside))
        for arguments in [
            ["plan", "--format", "json", "--out", "../cache/plan.json"], ["diff", "--format", "json"],
        ] { shown.append(try await run(arguments + ["--from", "HEAD~1", "--to", "HEAD"], in: outside)) }
        shown += HostileWay.texts(below: outside.cache)
        for text in shown { #expect(HostileWay.pieces(in: text) == [], "\(text)") }
    }

    /// All that a command prints, and what it fails with.
    private func run(_ arguments: [String], in outside: HostileWay.Outside) async throws -> String {
        var sample = CommandCase(folder: outside.fleet)
        sample.environment = ["XDG_CACHE_HOME": outside.cache]
        var context = sample.context
        context.doors.runner = try RealThings.runner()
        var failure = ""
        do { try await CommandCase.command(arguments).run(in: context) } catch { failure = "\(error)" }
        let shown = [sample.output.results, sample.output.messages.joined(separator: "\n")]
        for text in shown { #expect(!text.unicodeScalars.contains(where: Self.isHidden), "\(arguments): \(text)") }
        return (shown + [failure]).joined(separator: "\n")
    }

    /// Whether it steers a terminal, or turns what stands beside it about.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        scalar != "\n" && (scalar.value < 0x20 || scalar == "\u{7F}" || scalar == "\u{202E}")
    }

    /// The same state, read from git.
    private func stateInGit(_ outside: HostileWay.Outside) async throws -> String {
        let runner = try RealThings.runner()
        guard
            let fleet = try? await OpenFleet(GitTree("HEAD", of: outside.fleet.path, runner: runner), runner: runner)
        else { return "" }
        var shown = fleet.reading.findings.map(\.description)
        for cluster in fleet.fleet.clusters {
            for release in cluster.releases(charts: fleet.reading.charts) {
                let loaded = await fleet.load(release)
                shown += loaded.findings.map(\.description) + [loaded.values.merged.oneLine()]
            }
        }
        return shown.joined(separator: "\n")
    }
}
