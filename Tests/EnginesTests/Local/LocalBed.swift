import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Testing

@testable import Engines

/// A fleet with one local hub, and a state folder in which its Python environment looks installed.
struct LocalBed: Sendable {
    let folder: TemporaryFolder
    let cluster: Cluster
    let hub: Hub
    let events = Events()
    var doors = Doors.closed
    var disk: any RevisionDisk = RealRevisionDisk()

    init() async throws {
        folder = try SampleFleet.write(clusters: ["c": ["prod"]])
        cluster = try #require(try await FleetReader.read(WorkingTree(folder.path)).fleet.clusters.first)
        hub = try #require(cluster.hubs.first)
        doors.environment = ["USER": "operator"]
        let environment = PythonEnvironment(state: state, doors: doors)
            .folder(PythonEnvironment.standardRequirements)
        try FileWriting.makeFolder(environment + "/bin")
        try FileWriting.write("", to: environment + "/.hubfleet-complete")
        try FileWriting.write("", to: environment + "/bin/python", permissions: 0o755)
    }

    var state: StateFolder { StateFolder(path: folder.path + "/state") }
    var hubFolder: HubFolder { state.folder(of: hub, fleetRoot: folder.path) }
    var engine: LocalEngine {
        LocalEngine(state: state, fleet: WorkingTree(folder.path), doors: doors, port: nil, disk: disk)
    }
    var store: RevisionStore { engine.store(of: hub) }

    /// What the hub shall run with; the text is its values.
    func deployment(_ text: String = "{}") throws -> Deployment {
        let tree = try SampleHub.tree("jupyterhub: \(text)", "f.yaml")
        let values = EffectiveValues.sample(layers: [Layer(kind: .file, file: "f.yaml", values: tree)])
        return Deployment(Release(hub, of: cluster), values: values, commit: "abc")
    }

    @discardableResult
    func deploy(_ text: String = "{}") async throws -> HubRevision {
        let engine = engine
        return try await engine.deploy(deployment(text), under: engine.lock(hub), tell: events.tell)
    }

    /// The configuration that the hub starts with.
    func configuration() throws -> String { try String(contentsOfFile: hubFolder.config, encoding: .utf8) }
}
