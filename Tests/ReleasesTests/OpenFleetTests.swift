import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Releases
import Testing
import Texts

/// A fleet that is opened once, from the disk and from a commit.
@Suite(.tags(.medium))
struct OpenFleetTests {
    private static let sealed =
        "token: ENC[x]\nsops: {version: 3, mac: m, lastmodified: t, age: [{recipient: age1a}]}\n"

    /// Two clusters with a hub in each of two files, one of them encrypted and shared.
    private static func files() -> [String: String] {
        var files = [
            "helm-charts/basehub/Chart.yaml":
                "name: basehub\ndependencies:\n  - {name: jupyterhub, version: 1.0.0, repository: \"https://example.org\"}\n",
            "helm-charts/basehub/values.yaml": "jupyterhub: {a: 1}\n",
            "helm-charts/basehub/values.schema.yaml": "type: object\n",
            "upstream/jupyterhub-1.0.0/Chart.yaml": "name: jupyterhub\n",
            "upstream/jupyterhub-1.0.0/values.yaml": "b: 1\n", "fleet.yaml": "checks: {images/latest: off}\n",
        ]
        for cluster in ["one", "two"] {
            let hubs = ["staging", "prod"].map {
                "  - {name: \($0), domain: \($0).\(cluster).org, helm_chart: basehub, "
                    + "helm_chart_values_files: [common.yaml, enc-common.secret.yaml, \($0).yaml]}\n"
            }
            let folder = "config/clusters/\(cluster)"
            files["\(folder)/cluster.yaml"] = "name: \(cluster)\nprovider: local\nhubs:\n" + hubs.joined()
            files["\(folder)/common.yaml"] = "jupyterhub: {a: 2}\n"
            files["\(folder)/enc-common.secret.yaml"] = sealed
            for hub in ["staging", "prod"] { files["\(folder)/\(hub).yaml"] = "jupyterhub: {hub: \(hub)}\n" }
        }
        return files
    }

    /// Opens sealed files, and counts.
    private func sops() -> ScriptedCommandRunner {
        ScriptedCommandRunner { _ in CommandOutput(standardOutput: Array("token: canary-1\n".utf8)) }
    }

    // MARK: - Once

    @Test func readsEachFileOnceForAllHubs() async throws {
        let folder = try folder()
        let source = CountingSource(WorkingTree(folder.path))
        let runner = sops()
        let fleet = try await OpenFleet(source, runner: runner)
        for cluster in fleet.fleet.clusters {
            for hub in cluster.hubs { #expect(await fleet.load(Release(hub, of: cluster)).findings == []) }
        }
        _ = await (fleet.policy, fleet.policy)
        #expect(source.reads.filter { $0.value != 1 } == [:])
        #expect(source.reads.count == Self.files().count)
        #expect(runner.calls.count == 2)
        withExtendedLifetime(folder) {}
    }

    @Test func validationReadsEachFileOnceForAllHubs() async throws {
        let folder = try folder()
        let source = CountingSource(WorkingTree(folder.path))
        let runner = sops()
        let fleet = try await OpenFleet(source, runner: runner)
        let report = try await fleet.validate(fleet.choosing([]))
        #expect(report.hubs == 4)
        #expect(source.reads.filter { $0.value != 1 } == [:])
        #expect(runner.calls.count == 2)
        #expect(source.identities == 0, "nobody asked what tells the files from others")
        withExtendedLifetime(folder) {}
    }

    private func folder() throws -> TemporaryFolder { try TemporaryFolder().write(Self.files()) }

    // MARK: - Both forms

    @Test(.needs("git")) func aCommitGivesWhatTheFolderGives() async throws {
        let folder = try folder()
        try folder.write(["config/clusters/one/prod.yaml": "jupyterhub: {hub: 1, hub: 2}\n"])
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder.path)/config/clusters/two/linked", withDestinationPath: "../one")
        try await expectTheSame(folder)
    }

    @Test(.needs("git"), .needs("sops"), .needs("jsonnet"), .needsRealFleet)
    func aCommitGivesWhatTheRealFleetGives() async throws {
        let folder = try TemporaryFolder()
        let root = try #require(RealThings.fleet, "the real fleet is missing")
        for name in ["config", "helm-charts", "upstream"] {
            try FileManager.default.copyItem(atPath: "\(root)/\(name)", toPath: "\(folder.path)/\(name)")
        }
        try folder.write([
            "helm-charts/basehub/values.jsonnet": "(import 'shared.libsonnet') + {hub:: std.extVar('HUBFLEET_HUB')}",
            "helm-charts/basehub/shared.libsonnet": "{custom: {computed: true}}",
        ])
        try await expectTheSame(folder, environment: ["SOPS_AGE_KEY_FILE": root + "/test-age-key.txt"])
    }

    private func expectTheSame(_ folder: TemporaryFolder, environment: [String: String] = [:]) async throws {
        try await folder.commitAll()
        let real = try RealThings.runner(environment: environment)
        let sealed = sops()
        let runner = ScriptedCommandRunner { call in
            if call.program == "sops", environment.isEmpty { return try await sealed.run(call) }
            return try await real.run(call)
        }
        let tree = try await OpenFleet(WorkingTree(folder.path), runner: runner)
        let commit = try await OpenFleet(GitTree("HEAD", of: folder.path, runner: runner), runner: runner)
        #expect(tree.fleet.clusters == commit.fleet.clusters)
        #expect(tree.reading.charts == commit.reading.charts)
        #expect(tree.reading.findings == commit.reading.findings)
        #expect(await tree.policy.values == commit.policy.values)
        let key = DigestKey()
        for cluster in tree.fleet.clusters {
            for release in cluster.releases(charts: tree.reading.charts) {
                let (left, right) = await (tree.load(release), commit.load(release))
                #expect(left.values == right.values, "\(release.id)")
                #expect(left.findings == right.findings, "\(release.id)")
                let identities = await (
                    tree.loader.identity(of: release, left.values, key: key),
                    commit.loader.identity(of: release, right.values, key: key)
                )
                #expect(identities.0 == identities.1, "\(release.id)")
            }
        }
        let reports = try await (tree.validate(tree.choosing([])), commit.validate(commit.choosing([])))
        #expect(reports.0.entries == reports.1.entries)
    }

    /// Of two states of a fleet, what is the same in both is opened once.
    @Test(.needs("git")) func opensWhatDidNotChangeOnce() async throws {
        let folder = try folder()
        try await folder.commitAll()
        try folder.write([
            "config/clusters/one/common.yaml": "jupyterhub: {a: 3}\n",
            "config/clusters/two/enc-common.secret.yaml": Self.sealed.replacing("ENC[x]", with: "ENC[y]"),
        ])
        let real = try RealThings.runner()
        let runner = sops()
        let before = try await OpenFleet(GitTree("HEAD", of: folder.path, runner: real), runner: runner)
        let now = try await OpenFleet(WorkingTree(folder.path), runner: runner, earlier: before)
        var changed: [String] = []
        for cluster in before.fleet.clusters {
            for hub in cluster.hubs {
                let release = Release(hub, of: cluster)
                let (old, new) = await (before.load(release).values, now.load(release).values)
                changed += zip(old.given, new.given).filter { $0.setsTheSame(as: $1) != true }.map(\.1.file)
            }
        }
        #expect(Set(changed) == ["config/clusters/one/common.yaml"])
        #expect(runner.calls.count == 3)
    }

    /// What one of two states leaves closed says nothing of the other.
    @Test(arguments: [true, false]) func opensAsItIsAskedWhateverAnEarlierStateDid(_ opens: Bool) async throws {
        let folder = try folder()
        let runner = sops()
        let tree = WorkingTree(folder.path)
        let before = try await OpenFleet(tree, runner: runner, opensEncryptedFiles: !opens)
        _ = try await before.validate(before.choosing([]))
        let calls = runner.calls.count
        let now = try await OpenFleet(tree, runner: runner, opensEncryptedFiles: opens, earlier: before)
        let report = try await now.validate(now.choosing([]))
        #expect(report.locked.isEmpty == opens)
        #expect(runner.calls.count - calls == (opens ? 2 : 0))
        withExtendedLifetime(folder) {}
    }

    @Test func validatesAnEqualStateWithoutOpeningAnythingAgain() async throws {
        let folder = try folder()
        let runner = sops()
        let before = try await OpenFleet(WorkingTree(folder.path), runner: runner)
        for cluster in before.fleet.clusters {
            for hub in cluster.hubs { _ = await before.load(Release(hub, of: cluster)) }
        }
        let now = try await OpenFleet(WorkingTree(folder.path), runner: runner, earlier: before)
        #expect(try await now.validate(now.choosing([])).locked.isEmpty)
        #expect(runner.calls.count == 2)
        withExtendedLifetime(folder) {}
    }

    /// Whichever of the hubs reads it first.
    @Test(arguments: [[0, 1], [1, 0]]) func eachHubHasItsOwnPlaceOfAFileThatCannotBeRead(_ order: [Int]) async throws {
        let folder = try folder()
        try FileManager.default.removeItem(atPath: "\(folder.path)/config/clusters/one/common.yaml")
        let fleet = try await OpenFleet(WorkingTree(folder.path), runner: sops())
        let cluster = try #require(fleet.fleet.cluster("one"))
        for index in order {
            let loaded = await fleet.loader.load(Release(cluster.hubs[index], of: cluster))
            #expect(loaded.findings.map(\.rule) == ["values/missing-file"])
            #expect(loaded.findings.map(\.location.line) == [4 + index])
        }
        withExtendedLifetime(folder) {}
    }

    // MARK: - Choosing

    @Test func choosesWithWhatIsWrong() async throws {
        let folder = try folder()
        try folder.write([
            "config/clusters/two/cluster.yaml": "name: two\nprovider: local\nwrong: 1\nhubs: []\n",
            "config/clusters/three/cluster.yaml": "name: three\n",
        ])
        let fleet = try await OpenFleet(WorkingTree(folder.path), runner: RefusingCommandRunner())
        func rules(_ selectors: String...) throws -> [String] { try fleet.choosing(selectors).findings.map(\.rule) }
        #expect(try rules("one") == [])
        #expect(try rules("two") == ["cluster/unknown-key"])
        #expect(try rules("t*") == fleet.unreadable.map(\.rule) + ["cluster/unknown-key"])
        #expect(try rules() == fleet.reading.findings.map(\.rule))
        // It is there, and cannot be read.
        #expect(try rules("three") == ["cluster/missing-key"])
        #expect(try fleet.choosing(["three"]).clusters.isEmpty)
        #expect(throws: SelectionError.self) { try fleet.choosing(["four"]) }
    }
}
