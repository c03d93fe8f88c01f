import Engines
import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Logging
import Testing

/// Revisions of a real JupyterHub, through the engine.
extension HubsSerial {
    @Suite struct RevisionTests {
        private let engine: LocalEngine
        private let fleet: TemporaryFolder
        private let release: Release
        private let hub: Hub

        init() async throws {
            fleet = try SampleFleet.write(clusters: ["c": ["prod"]])
            let cluster = try #require(try await FleetReader.read(WorkingTree(fleet.path)).fleet.clusters.first)
            hub = try #require(cluster.hubs.first)
            release = Release(hub, of: cluster)
            var doors = Doors.real(logger: Logger(label: "test"))
            doors.program = HubProgram.path
            engine = LocalEngine(
                state: StateFolder(path: HubProgram.sharedState), fleet: WorkingTree(fleet.path), doors: doors)
        }

        private func deployment(community: String) throws -> Deployment {
            let text = "jupyterhub: {custom: {homepage: {templateVars: {org: {name: \(community)}}}}}"
            let tree = try #require(YAMLReader.read(Array(text.utf8), file: "prod.values.yaml").root)
            let layer = Layer(kind: .file, file: "prod.values.yaml", values: tree)
            return Deployment(release, values: EffectiveValues.sample(layers: [layer]))
        }

        /// Starts the hub, reads the page before the login, and stops the hub.
        private func homePage() async throws -> String {
            let (events, continuation) = AsyncStream.makeStream(of: EngineEvent.self)
            let lock = try engine.lock(hub)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    defer { continuation.finish() }
                    try await engine.serve(under: lock, tell: { continuation.yield($0) })
                }
                var page: [UInt8]?
                for await event in events {
                    guard case .ready = event else { continue }
                    let address = try engine.hub(under: lock).revision.plainAddress
                    page = await HTTPWebFiles().fetch(address + "hub/login", limit: 1 << 20)
                    break
                }
                group.cancelAll()
                try await group.waitForAll()
                return String(decoding: try #require(page), as: UTF8.self)
            }
        }

        @Test func anOlderRevisionRunsAgain() async throws {
            let folder = StateFolder(path: HubProgram.sharedState).folder(of: hub, fleetRoot: fleet.path)
            let parts = URL(filePath: folder.root).deletingLastPathComponent().deletingLastPathComponent()
            defer { try? FileManager.default.removeItem(at: parts) }
            for community in ["Alpha", "Beta"] {
                _ = try await engine.deploy(
                    deployment(community: community), under: engine.lock(hub), tell: { _ in })
                #expect(try await homePage().contains(community))
            }
            let back = try await engine.rollBack(to: 1, under: engine.lock(hub), tell: { _ in })
            #expect(back.number == 1)
            let page = try await homePage()
            #expect(page.contains("Alpha") && !page.contains("Beta"))
            #expect(engine.state(of: hub).revisions.map(\.number) == [1, 2])
            #expect(!engine.state(of: hub).isLive)
        }
    }
}
