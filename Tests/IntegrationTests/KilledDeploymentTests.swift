import FleetTesting
import FleetTools
import Foundation
import Testing
import Texts

@testable import Engines

/// The built program, killed while it writes a revision of a hub. The hub is a program that only waits.
@Suite(.tags(.large), .serialized, .timeLimit(.minutes(10)))
struct KilledDeploymentTests {
    private static let wantedKills = 8

    /// A fleet whose environment looks installed.
    private func newFleet() async throws -> TemporaryFolder {
        let cluster = """
            name: c
            provider: local
            local: {requirements: packages.txt}
            hubs: [{name: prod, helm_chart: basehub, helm_chart_values_files: [prod.values.yaml]}]

            """
        let folder = try SampleFleet.write(clusters: ["c": ["prod"]]).write([
            "config/clusters/c/cluster.yaml": cluster, "config/clusters/c/packages.txt": "none==1\n",
        ])
        let path = folder.path + "/config/clusters/c/packages.txt"
        let sum = try await RealThings.runner().check(Invocation("sha256sum", [path])).text.prefix(12)
        let environment = "state/environments/\(sum)"
        try folder.write([
            environment + "/.hubfleet-compiled": "",
            // What is asked before the start is answered at once; the hub runs for long.
            environment + "/bin/python": "#!/bin/sh\ncase \"$*\" in *-c*) exit 0 ;; esac\nexec sleep 600\n",
        ])
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: "\(folder.path)/\(environment)/bin/python")
        for path in [folder.path, folder.path + "/state"] {
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }
        return folder
    }

    /// Nil before anything was written.
    private func written(in state: String) -> RevisionStore? {
        let fleets = (try? FileManager.default.contentsOfDirectory(atPath: state + "/fleets")) ?? []
        return fleets.first.map {
            RevisionStore(
                folder: HubFolder(root: "\(state)/fleets/\($0)/c/prod"), disk: RealRevisionDisk(), permissions: 0o700)
        }
    }

    /// How many files there are of a revision that is not whole yet; nil when there is none such.
    private func unfinishedFiles(_ store: RevisionStore) -> Int? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: store.folder.revisions)) ?? []
        return names.first { $0.hasSuffix(".new") }.map { name in
            FileManager.default.subpaths(atPath: "\(store.folder.revisions)/\(name)")?.count ?? 0
        }
    }

    @Test func currentLeadsToAWholeRevisionAfterEachKill() async throws {
        let folder = try await newFleet()
        let state = folder.path + "/state"
        var kills = 0
        for round in 1...60 where kills < Self.wantedKills {
            try folder.write([
                "config/clusters/c/prod.values.yaml": "jupyterhub: {hub: {concurrentSpawnLimit: \(round)}}\n"
            ])
            let program = try await HubProgram(["up", "-C", folder.path, "--state-dir", state])
            let wanted = round * 3 % 20
            while program.status == nil, !program.messages.contains("Starting c/prod") {
                if let store = written(in: state), let files = unfinishedFiles(store), files >= wanted { break }
                try await Task.sleep(for: .microseconds(100))
            }
            program.kill(SIGKILL)
            _ = try await program.end()
            let store = try #require(written(in: state))
            if unfinishedFiles(store) != nil { kills += 1 }
            ProcessTable().kill { ProcessTable().processes(with: HubFolder.markVariable, store.folder.root) }
            let link = try? FileManager.default.destinationOfSymbolicLink(atPath: store.folder.current)
            if link != nil {
                let current = try #require(store.current, "\(link ?? "") leads nowhere in round \(round)")
                #expect(store.isWhole(current), "round \(round)")
            }
        }
        #expect(kills == Self.wantedKills, "it was not killed often enough while it wrote")
    }
}
