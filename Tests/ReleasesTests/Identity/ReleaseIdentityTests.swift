import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Releases
import Testing
import Texts

/// What tells one state of a release from another.
@Suite(.tags(.medium))
struct ReleaseIdentityTests {
    private static let sealed = "token: ENC[x]\nsops: {version: 3, mac: m, lastmodified: t}\n"
    private let key = DigestKey()

    private func identity(
        _ files: [String: String] = [:], clear: String? = "token: canary-1\n", key: DigestKey? = nil
    ) async throws -> ReleaseIdentity {
        let folder = try TemporaryFolder().write([
            "config/clusters/c/cluster.yaml": """
            name: c
            provider: local
            hubs: [{name: hub, helm_chart: basehub, helm_chart_values_files: [a.yaml, enc-b.secret.yaml]}]

            """,
            "config/clusters/c/a.yaml": "x: 1\ny: {b: true, a: [1.5, null]}\n",
            "config/clusters/c/enc-b.secret.yaml": Self.sealed,
            "helm-charts/basehub/Chart.yaml":
                "name: basehub\ndependencies:\n  - {name: own, version: 1.0.0, repository: \"file://../own\"}\n"
                + "  - {name: jupyterhub, version: 1.0.0, repository: \"https://example.org\"}\n",
            "helm-charts/basehub/templates/hub.yaml": "kind: Service\n", "helm-charts/own/Chart.yaml": "name: own\n",
            "upstream/jupyterhub-1.0.0/Chart.yaml": "name: jupyterhub\n",
            "helm-charts/other/Chart.yaml": "name: other\n",
        ]).write(files)
        let runner = ScriptedCommandRunner { _ in
            guard let clear else { throw CommandError.notFound(program: "sops") }
            return CommandOutput(standardOutput: Array(clear.utf8))
        }
        let fleet = try await OpenFleet(WorkingTree(folder.path), runner: runner)
        let cluster = try #require(fleet.fleet.clusters.first)
        let release = Release(try #require(cluster.hubs.first), of: cluster)
        let values = await fleet.load(release).values
        let identity = await fleet.loader.identity(of: release, values, key: key ?? self.key)
        for shown in ["\(identity)", String(reflecting: identity)] { #expect(!shown.contains("canary")) }
        return identity
    }

    @Test func isTheSameForTheSame() async throws {
        let identity = try await identity()
        #expect(try await self.identity() == identity)
        let reordered = "# another comment\ny:\n  a: [1.5, ~]\n  b: yes\nx: 1\n"
        #expect(try await self.identity(["config/clusters/c/a.yaml": reordered]) == identity)
        #expect(try await self.identity(["helm-charts/other/values.yaml": "a: 1\n"]) == identity)
    }

    @Test(arguments: [
        "x: 2\ny: {b: true, a: [1.5, null]}\n", "x: '1'\ny: {b: true, a: [1.5, null]}\n",
        "x: 1\ny: {b: true, a: [1.5]}\n", "x: 1\ny: {b: true, a: [1.5, null], c: null}\n",
        "x: 1.0\ny: {b: true, a: [1.5, null]}\n", "x: 1\ny: {ba: true, a: [1.5, null]}\n", "",
    ])
    func tellsOtherValues(_ text: String) async throws {
        let (one, two) = (try await identity(), try await identity(["config/clusters/c/a.yaml": text]))
        #expect(one.layers[0] != two.layers[0])
        #expect(one.layers[1] == two.layers[1])
        #expect(one.chart == two.chart)
    }

    @Test(arguments: [
        "helm-charts/basehub/templates/hub.yaml", "helm-charts/basehub/new.txt", "helm-charts/own/values.yaml",
        "upstream/jupyterhub-1.0.0/values.yaml", "helm-charts/basehub/charts/x/deep/file",
    ])
    func tellsAnotherChartByAnyOfItsFiles(_ file: String) async throws {
        let (one, two) = (try await identity(), try await identity([file: "a: 1\n"]))
        #expect(one.layers == two.layers)
        #expect(one.chart != two.chart)
    }

    @Test func tellsOtherSecretsAndHidesThem() async throws {
        let (one, two) = (try await identity(), try await identity(clear: "token: canary-2\n"))
        #expect(one.layers[1] != two.layers[1])
        guard case .sealed = one.layers[1].content, case .open = one.layers[0].content else {
            Issue.record("the layers are \(one.layers)")
            return
        }
        // The same values under another key cannot be told from others.
        let other = try await identity(key: DigestKey())
        #expect(one.layers[1] != other.layers[1])
        #expect(one.layers[0] == other.layers[0])
        let again = try #require(DigestKey(key.bytes))
        #expect(try await identity(key: again) == one)
    }

    @Test func tellsAClosedFileByItsBytes() async throws {
        let closed = try await identity(clear: nil)
        #expect(closed.layers[1].content == .closed(FileIdentity(of: Array(Self.sealed.utf8))))
        let changed = ["config/clusters/c/enc-b.secret.yaml": Self.sealed.replacing("ENC[x]", with: "ENC[y]")]
        #expect(try await identity(changed, clear: nil).layers[1] != closed.layers[1])
    }

    @Test func aChartWithoutEndHasNone() async throws {
        let folder = try TemporaryFolder().write(["helm-charts/basehub/Chart.yaml": "name: basehub\n"])
        for name in ["a", "b", "c"] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder.path)/helm-charts/basehub/\(name)", withDestinationPath: ".")
        }
        try folder.write([
            "config/clusters/c/cluster.yaml":
                "name: c\nprovider: local\nhubs: [{name: h, helm_chart: basehub, helm_chart_values_files: [a.yaml]}]\n",
            "config/clusters/c/a.yaml": "",
        ])
        let fleet = try await OpenFleet(WorkingTree(folder.path), runner: RefusingCommandRunner())
        let cluster = try #require(fleet.fleet.clusters.first)
        let release = Release(try #require(cluster.hubs.first), of: cluster)
        let values = await fleet.load(release).values
        #expect(await fleet.loader.identity(of: release, values, key: key).chart.digest == nil)
    }
}

@Suite(.tags(.small))
struct DigestKeyTests {
    @Test func isMadeByChanceAndShowsNothing() {
        let key = DigestKey()
        #expect(key != DigestKey())
        #expect(key.bytes.count == DigestKey.length)
        #expect("\(key) \(String(reflecting: key)) \(Mirror(reflecting: key).children.count)" == "••• ••• 0")
        #expect(DigestKey([1, 2, 3]) == nil)
    }
}

/// Comparing in memory.
@Suite(.tags(.small))
struct LayerComparisonTests {
    private func layer(_ text: String, isSecret: Bool = true, locked: String? = nil) -> Layer {
        let root = YAMLReader.read(Array(text.utf8), file: "f", hidesScalars: isSecret).root
        let values = root ?? Value(.map(ValueMap()), at: SourceLocation(file: "f"))
        return Layer(
            kind: .encrypted, file: "f", values: locked == nil ? values : values.locked, locked: locked)
    }

    @Test func looksAtWhatIsSetAlone() {
        #expect(layer("a: 1\nb: x\n").setsTheSame(as: layer("\n\nb: 'x'\na: 1\n")) == true)
        #expect(layer("a: 1\n").setsTheSame(as: layer("a: 1\n", isSecret: false)) == true)
        #expect(layer("a: 1\n").setsTheSame(as: layer("a: 2\n")) == false)
        #expect(layer("a: .nan\n").setsTheSame(as: layer("a: .nan\n")) == true)
    }

    @Test func saysNothingOfWhatIsClosed() {
        #expect(layer("a: 1\n").setsTheSame(as: layer("a: 1\n", locked: "no key")) == nil)
        #expect(layer("a: 1\n", locked: "no key").setsTheSame(as: layer("a: 1\n", locked: "no key")) == nil)
    }
}
