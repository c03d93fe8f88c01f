import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Synchronization
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
        folder = try SampleFleet.write(clusters: ["c": ["prod"]], firstPort: Self.nextPort())
        cluster = try #require(try await FleetReader.read(WorkingTree(folder.path)).fleet.clusters.first)
        hub = try #require(cluster.hubs.first)
        doors.environment = ["USER": "operator"]
        doors.runner = Self.working
        // Clocks seldom stand at a whole second; records hold whole ones.
        doors.time = ManualTime(start: ManualTime().now.addingTimeInterval(0.75), movement: .bySleeping)
        let environment = PythonEnvironment(state: state, doors: doors)
            .folder(PythonEnvironment.standardRequirements)
        try FileWriting.makeFolder(environment + "/bin")
        try FileWriting.write("", to: environment + "/.hubfleet-compiled")
        try FileWriting.write("", to: environment + "/bin/python", permissions: 0o755)
    }

    /// A Python that finds all in order.
    private static let working = ScriptedCommandRunner { _ in
        CommandOutput(standardOutput: Array("{\"ok\": true}".utf8))
    }

    /// Ports of its own for each: what is held for one is taken for the others.
    private static func nextPort() -> Int { ports.add(20, ordering: .relaxed).newValue }
    private static let ports = Atomic(20_000)

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

    /// Runs a program that carries the mark of the hub while `body` runs.
    func withProcess(_ variables: [String: String], _ body: () async throws -> Void) async throws {
        let (started, continuation) = AsyncStream.makeStream(of: Int32.self)
        let environment = [HubFolder.markVariable: hubFolder.root].merging(variables) { $1 }
        let log = hubFolder.log
        let process = Task {
            try await SubprocessServiceRunner().run(
                Invocation("sleep", ["60"], environment: environment.mapValues { $0 }), log: log,
                gracePeriod: .seconds(1), started: { continuation.yield($0) })
        }
        for await _ in started { break }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        process.cancel()
        _ = await process.result
        try result.get()
    }

    /// Plays the hub and what runs beside it.
    ///
    /// - Parameters:
    ///   - isHealthy: whether the hub answers.
    ///   - part: plays a part, by its name, and gives its status.
    ///   - hub: plays the hub; it is told the path of the log.
    mutating func play(
        isHealthy: Bool,
        part: @escaping @Sendable (String) async throws -> Int = { _ in
            try? await ManualTime().sleep(for: .seconds(1))
            return 0
        },
        hub: @escaping @Sendable (String) async throws -> Int
    ) {
        let key = Mutex("")
        doors.hubAPI = ScriptedHubAPI { request, address in
            guard request.path.hasPrefix(HubRequest.proofPath), isHealthy else {
                throw HubAPIError.noAnswer(address: address)
            }
            let nonce = request.path.split(separator: "=").last.map(String.init) ?? ""
            let proof = HubProof.proof(of: nonce, key: key.withLock { $0 })
            return HubAnswer(body: Array("{\"proof\": \"\(proof)\"}".utf8))
        }
        doors.services = ScriptedServiceRunner { call, log in
            if let name = call.environment[HubFolder.partVariable] ?? nil { return try await part(name) }
            key.withLock { $0 = (call.environment[HubProof.variable] ?? nil) ?? "" }
            return try await hub(log)
        }
    }

    /// The POSIX mode of a file or folder.
    func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    /// The configuration that the hub starts with.
    func configuration() throws -> String { try String(contentsOfFile: hubFolder.config, encoding: .utf8) }
}
