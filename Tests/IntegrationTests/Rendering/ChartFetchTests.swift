import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Releases
import Rollout
import Testing

/// Charts that are fetched by the real helm from a repository on this machine.
@Suite(.tags(.large), .timeLimit(.minutes(10)), .needs("helm"), .needs("helm3"), .needs("python3"))
struct ChartFetchTests {
    /// A repository of charts, served until it goes.
    private final class Repository: Sendable {
        let folder: TemporaryFolder
        let address: String
        private let task: Task<Void, Never>

        init(versions: [String]) async throws {
            folder = try TemporaryFolder()
            let runner = try RealThings.runner()
            for version in versions {
                try folder.write([
                    "sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: \(version)\n",
                    "sub/values.yaml": "size: 1\n",
                    "sub/templates/map.yaml": """
                    apiVersion: v1
                    kind: ConfigMap
                    metadata: {name: sub}
                    data: {size: {{ .Values.size | quote }}, version: {{ .Chart.Version }}}

                    """,
                ])
                try await runner.check(Invocation("helm", ["package", "sub"], workingDirectory: folder.path))
            }
            try await runner.check(Invocation("helm", ["repo", "index", "."], workingDirectory: folder.path))
            let port = try PortListener().port
            address = "http://127.0.0.1:\(port)"
            let path = folder.path
            task = Task {
                _ = try? await SubprocessServiceRunner().run(
                    Invocation(
                        "python3", ["-m", "http.server", "--bind", "127.0.0.1", "--directory", path, "\(port)"]),
                    log: path + "/log", gracePeriod: .seconds(1)
                ) { _ in }
            }
            let curl = try #require(RealThings.program("curl"))
            try await runner.check(
                Invocation(curl, ["--silent", "--retry", "40", "--retry-connrefused", "--retry-delay", "1", address]))
        }

        func stop() async {
            task.cancel()
            await task.value
        }
    }

    private func fleet(_ repository: String, version: String, lock: String? = nil) throws -> TemporaryFolder {
        let folder = try TemporaryFolder().write([
            "helm-charts/own/Chart.yaml":
                "apiVersion: v2\nname: own\nversion: 0.1.0\n"
                + "dependencies: [{name: sub, version: \"\(version)\", repository: \"\(repository)/\"}]\n",
            "helm-charts/around/Chart.yaml":
                "apiVersion: v2\nname: around\nversion: 0.1.0\n"
                + "dependencies: [{name: own, version: 0.1.0, repository: \"file://../own\"}]\n",
            "config/clusters/earth/cluster.yaml": """
            name: earth
            provider: kubeconfig
            metadata: {}
            kubeconfig: {file: enc-k.secret.yaml}
            hubs:
              - {name: prod, domain: example.org, helm_chart: around, helm_chart_values_files: [a.values.yaml]}

            """,
            "config/clusters/earth/a.values.yaml": "own: {sub: {size: 1}}\n",
            "config/clusters/earth/enc-k.secret.yaml": "sops: {mac: m, version: 3, lastmodified: t}\n",
        ])
        if let lock {
            try folder.write([
                "helm-charts/own/Chart.lock":
                    "dependencies: [{name: sub, version: \(lock), repository: \"\(repository)/\"}]\n"
            ])
        }
        return folder
    }

    private struct Machine {
        let cache = try? TemporaryFolder()
        let runner: any CommandRunner
        var environment: [String: String] { ["XDG_CACHE_HOME": cache?.path ?? "", "PATH": RealThings.searchPath] }

        func fetch(_ folder: TemporaryFolder, isOffline: Bool = false) async throws -> [ChartFetch.Outcome.State] {
            let fleet = try await OpenFleet(WorkingTree(folder.path), runner: runner)
            return try await ChartFetch(fleet, runner: runner, environment: environment)
                .run(fleet.fleet.clusters, isOffline: isOffline).map(\.state)
        }

        func diff(_ folder: TemporaryFolder) async throws -> [ReleaseDifference] {
            let before = try await OpenFleet(
                try await GitTree("HEAD", of: folder.path, runner: runner), runner: runner)
            let after = try await OpenFleet(WorkingTree(folder.path), runner: runner)
            let renderer = try await ReleaseRenderer(runner: runner, environment: environment)
            let differences = await FleetDiff(
                from: before, to: after, lender: WorkingTree(folder.path), renderer: renderer
            )
            .compare(before.fleet.clusters, after.fleet.clusters)
            await renderer.close(now: .now)
            return differences
        }
    }

    @Test func bringsEachChartOnceAndRendersWithoutARepository() async throws {
        let repository = try await Repository(versions: ["1.0.0"])
        let folder = try fleet(repository.address, version: "1.0.0")
        try await folder.commitAll()
        let machine = Machine(runner: try RealThings.runner())
        #expect(try await machine.fetch(folder, isOffline: true) == [.missing])
        try folder.write(["config/clusters/earth/a.values.yaml": "own: {sub: {size: 2}}\n"])
        let missing = try await machine.diff(folder).map(\.outcome)
        guard case .failed(let reason) = try #require(missing.first) else {
            Issue.record("\(missing)")
            return
        }
        #expect(reason.contains("it needs sub 1.0.0, which is not here; `hubfleet charts fetch` brings"))
        guard case .fetched(let digest) = try #require(try await machine.fetch(folder).first) else {
            Issue.record("not fetched")
            return
        }
        await repository.stop()
        #expect(try await machine.fetch(folder) == [.present(digest: digest)])
        #expect(try await machine.fetch(folder, isOffline: true) == [.present(digest: digest)])
        let difference = try #require(try await machine.diff(folder).first)
        #expect(difference.objects.map(\.identity.description) == ["ConfigMap sub"])
        #expect(difference.objects.first?.fields.map(\.path) == ["data.size"])
        // Nothing came into the fleet's own folder.
        #expect(!folder.exists("helm-charts/own/charts"))
    }

    @Test func takesTheVersionOfTheLockFile() async throws {
        let repository = try await Repository(versions: ["1.0.0", "1.1.0"])
        let machine = Machine(runner: try RealThings.runner())
        let locked = try fleet(repository.address, version: "^1.0.0", lock: "1.0.0")
        _ = try await machine.fetch(locked)
        try await locked.commitAll()
        let open = try fleet(repository.address, version: "^1.0.0")
        _ = try await machine.fetch(open)
        await repository.stop()
        try locked.write(["helm-charts/own/Chart.lock": ""])
        let difference = try #require(try await machine.diff(locked).first)
        #expect(difference.objects.first?.fields.map(\.path) == ["data.version"])
        #expect(difference.objects.first?.fields.first?.before?.shown == "1.0.0")
        #expect(difference.objects.first?.fields.first?.after?.shown == "1.1.0")
    }

    @Test func tellsWhatCannotBeFetched() async throws {
        let machine = Machine(runner: try RealThings.runner())
        for repository in ["file:///etc", "--post-renderer=x", "https://", "ftp://example.org"] {
            let states = try await machine.fetch(try fleet(repository, version: "1.0.0"))
            guard case .failed = try #require(states.first) else {
                Issue.record("\(repository): \(states)")
                continue
            }
        }
    }
}
