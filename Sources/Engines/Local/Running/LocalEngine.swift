import FleetModel
import FleetTools
import Foundation

/// Runs hubs as processes of this machine: real JupyterHubs, made from the same effective values as on Kubernetes.
///
/// A hub runs while `serve` does, with the revision that is the current one when it begins.
package struct LocalEngine: Engine {
    let stateFolder: StateFolder
    let fleet: WorkingTree
    /// The name of the fleet, by which hubs that were deployed are known; nil for a fleet without one.
    let fleetName: String?
    let doors: Doors
    let environment: PythonEnvironment
    let disk: any RevisionDisk
    /// The port that the operator asked for.
    let wantedPort: Int?
    /// Why it changes hubs, for their history.
    package var reason: String?

    /// - Parameters:
    ///   - state: where everything is kept.
    ///   - fleet: the fleet repository; its path tells its hubs from those of other fleets.
    ///   - fleetName: what `fleet.yaml` says; a hub that was deployed is the same for all checkouts of a fleet of this name.
    ///   - doors: those to the outside. As root, it gives each user's server an account of its own. The variable
    ///     `HUBFLEET_PYTHON` is the Python to start from, if the operator chose one.
    ///   - port: where people shall reach the hub; nil: as at the last time, or the first free one.
    package init(
        state: StateFolder, fleet: WorkingTree, fleetName: String? = nil, doors: Doors, port: Int? = nil
    ) {
        self.init(
            state: state, fleet: fleet, fleetName: fleetName, doors: doors, port: port, disk: RealRevisionDisk())
    }

    init(
        state: StateFolder, fleet: WorkingTree, fleetName: String? = nil, doors: Doors, port: Int?,
        disk: any RevisionDisk
    ) {
        stateFolder = state
        self.fleet = fleet
        self.fleetName = fleetName
        self.doors = doors
        self.disk = disk
        wantedPort = port
        environment = PythonEnvironment(state: state, doors: doors)
    }

    // MARK: - Looking

    package func state(of hub: Hub) -> HubState {
        let store = store(of: hub)
        return HubState(
            record: LocalState.read(folder(of: hub))?.record ?? HubRecord(), current: store.current,
            revisions: store.numbers.compactMap { store.read($0)?.revision }, isLive: !processes(of: hub).isEmpty)
    }

    package func healthTarget(of hub: Hub) -> HealthTarget? { currentRevision(of: hub)?.healthTarget }

    /// Its processes, and while there are any, its ports; its folders.
    package func liveObjects(of hub: Hub) -> [LiveObject] {
        let folder = folder(of: hub)
        let processes = processes(of: hub).sorted { $0.id < $1.id }
        let ports = processes.isEmpty ? [] : currentRevision(of: hub)?.ports.purposes ?? []
        let folders = [
            (folder.current, "configuration"), (folder.homes, "homes"), (folder.root, "everything of the hub"),
        ]
        return processes.map { LiveObject(.process, "\($0.id)", purpose: $0.purpose) }
            + ports.map { LiveObject(.port, "\($0.port)", purpose: $0.purpose) }
            + folders.filter { FileManager.default.fileExists(atPath: $0.0) }
            .map { LiveObject(.folder, $0.0, purpose: $0.1) }
    }

    private func currentRevision(of hub: Hub) -> LocalRevision? {
        let store = store(of: hub)
        return store.current.flatMap(store.read)
    }

    // MARK: - Changing

    /// While the keeper serves the hub, it is the right to change it alone: the keeper goes on.
    /// - Throws: `LocalEngineError.isChanged` when another process has it, `.alreadyRuns` when `up` serves the hub, or an error
    ///   about the state folder.
    package func lock(_ hub: Hub) throws -> HubLock {
        guard stateFolder.isPlain else { throw LocalEngineError.oddFolder(stateFolder.path) }
        if doors.isRoot, let closed = stateFolder.closedParent() { throw LocalEngineError.closedFolder(closed) }
        let folder = folder(of: hub)
        try makeFolders(folder)
        let (process, time) = (ProcessInfo.processInfo.processIdentifier, doors.time.now.ISO8601Format())
        // A hub that `up` serves is held by it altogether.
        let serving = try FileLock.ifFree(path: folder.lock, holder: "process \(process) serves it since \(time)")
        if case .held(let holder) = serving, !holder.hasPrefix(LocalKeeper.holder) {
            throw LocalEngineError.alreadyRuns(hub: hub.id, holder: holder)
        }
        switch try FileLock.ifFree(path: folder.changeLock, holder: "process \(process) since \(time)") {
        case .held(let holder): throw LocalEngineError.isChanged(hub: hub.id, holder: holder)
        case .taken(let change):
            guard case .taken(let served) = serving else {
                return HubLock(hub, keeper: LocalKeeper(change: change, serving: nil))
            }
            return HubLock(hub, keeper: LocalKeeper(change: change, serving: served))
        }
    }

    /// Writes into the history of a hub. Who does so need not have its lock.
    /// - Throws: `FileError`.
    package func note(_ entry: HubHistory, of hub: Hub) throws { try changeRecord(of: hub) { $0.note(entry) } }

    /// Writes down what a check of a hub found; nothing where the hub was never deployed. Who does so need not have its lock.
    /// - Throws: `FileError`.
    package func note(_ health: HubHealth, of hub: Hub) throws { try changeRecord(of: hub) { $0.health = health } }

    private func changeRecord(of hub: Hub, _ change: (inout HubRecord) -> Void) throws {
        guard FileManager.default.fileExists(atPath: folder(of: hub).state) else { return }
        try store(of: hub).changeState { state in
            guard var state else { return nil }
            var record = state.record ?? HubRecord()
            change(&record)
            state.record = record
            return state
        }
    }

    /// The hub runs with it when it is served the next time.
    package func deploy(
        _ deployment: Deployment, under lock: HubLock, tell: @escaping @Sendable (EngineEvent) -> Void
    ) async throws -> HubRevision {
        guard deployment.release.hub == lock.hub else {
            throw EngineError.otherHub(locked: lock.hub.id, release: deployment.release.id)
        }
        return try await LocalDeployer(engine: self, lock: lock, tell: tell).deploy(deployment)
    }

    package func rollBack(
        to number: Int, under lock: HubLock, tell: @escaping @Sendable (EngineEvent) -> Void
    ) async throws -> HubRevision {
        try await LocalDeployer(engine: self, lock: lock, tell: tell).rollBack(to: number)
    }

    /// Homes, archives, the database, passwords and logs stay.
    package func uninstall(under lock: HubLock, tell: @escaping @Sendable (EngineEvent) -> Void) throws {
        doors.processes.kill { processes(of: lock.hub) }
        let folder = folder(of: lock.hub)
        try store(of: lock.hub).removeAll()
        try lock.inTurn {
            for path in [folder.state, folder.serviceTokens] { try disk.remove(path) }
        }
        tell(.uninstalled(hub: lock.hub.id))
    }

    // MARK: - Running

    /// The hub with its current revision.
    /// - Throws: `EngineError.notDeployed`.
    package func hub(under lock: HubLock) throws -> LocalHub {
        guard let revision = currentRevision(of: lock.hub) else { throw EngineError.notDeployed(hub: lock.hub.id) }
        let folder = folder(of: lock.hub)
        let requirements = try requirements(of: folder.revision(revision.revision.number))
        return LocalHub(
            hub: lock.hub, folder: folder, revision: revision, environment: environment.folder(requirements), lock: lock
        )
    }

    /// - Throws: `LocalEngineError.alreadyRuns` when the lock is the right to change the hub alone, because the keeper serves it.
    func checkServing(_ lock: HubLock) throws {
        guard let keeper = lock.keeper as? LocalKeeper, !keeper.serving.isHeld else { return }
        throw LocalEngineError.alreadyRuns(
            hub: lock.hub.id, holder: "\(LocalKeeper.holder) serves it; `hubfleet down` ends it")
    }

    /// Gives back the right to serve a hub, and keeps that to change it: the keeper may serve it then.
    package func handOver(_ lock: HubLock) {
        guard let keeper = lock.keeper as? LocalKeeper else { return }
        keeper.ports.keep(only: [])
        keeper.serving.giveBack()
    }

    /// Serves a hub with its current revision until the task is cancelled; then its processes are gone within ten seconds.
    ///
    /// A hub that ends by itself is started again; users' servers go on meanwhile.
    /// - Throws: `EngineError.notDeployed`; `LocalEngineError` when the hub does not start, or ends too often.
    package func serve(under lock: HubLock, tell: @escaping @Sendable (EngineEvent) -> Void) async throws {
        try await serve(under: lock, ending: RunEnding(), tell: tell)
    }

    func serve(
        under lock: HubLock, ending: RunEnding, tell: @escaping @Sendable (EngineEvent) -> Void
    ) async throws {
        try checkServing(lock)
        let run = LocalHubRun(
            hub: try hub(under: lock), doors: doors, store: store(of: lock.hub), ending: ending, tell: tell)
        try await run.serve()
    }

    /// Ends the run of a hub, so that it can be served with another revision: servers of users go on.
    func leaveServers(of hub: Hub, _ ending: RunEnding) {
        ending.handOver()
        // Asked to end, JupyterHub would end all servers. Killed, it finds them again at its next start.
        doors.processes.kill { processes(of: hub).filter { $0.userServer == nil && $0.part == nil } }
    }

    func makePasswords(of hub: LocalHub, anew: Bool) async throws -> Passwords? {
        guard let passwords = try hub.makePasswords(anew: anew) else { return nil }
        // Servers of a killed run have tokens of their own.
        doors.processes.kill { processes(of: hub.hub) }
        try await hub.database(doors).forgetSessions()
        return passwords
    }

    // MARK: - The database

    /// Keeps a copy of a hub's database, also while the hub runs.
    /// - Throws: `EngineError.notDeployed`, `LocalEngineError.brokenDatabase`, `FileError`.
    @discardableResult
    func copyDatabase(of hub: Hub, _ reason: DatabaseCopy.Reason) async throws -> DatabaseCopy {
        let made = try self.hub(under: HubLock(hub, keeper: ()))
        return try await made.database(doors).copy(reason, revision: made.revision.revision.number)
    }

    // MARK: - Places

    package func folder(of hub: Hub) -> HubFolder {
        fleetName.flatMap { stateFolder.deployed(hub.id, fleet: $0) }
            ?? stateFolder.folder(of: hub, fleetRoot: fleet.root)
    }

    func store(of hub: Hub) -> RevisionStore {
        RevisionStore(folder: folder(of: hub), disk: disk, permissions: doors.isRoot ? 0o711 : 0o700)
    }

    func processes(of hub: Hub) -> [ProcessTable.Entry] {
        doors.processes.processes(with: HubFolder.markVariable, folder(of: hub).root)
    }

    /// What the Python environment of a revision is made of.
    func requirements(of folder: RevisionFolder) throws -> String {
        let path = folder.path + "/" + RevisionFolder.requirementsName
        guard let data = FileManager.default.contents(atPath: path) else {
            throw LocalEngineError.unreadableRequirements(path)
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// What the Python environment of hubs of a cluster is made of, by the fleet.
    /// - Throws: `LocalEngineError.unreadableRequirements`.
    package func requirements(of cluster: Cluster) async throws -> String {
        guard let file = cluster.provider.local?.requirements else { return PythonEnvironment.standardRequirements }
        guard let bytes = await fleet.contents("\(cluster.folder)/\(file.value)"),
            let text = String(validating: bytes, as: UTF8.self)
        else {
            throw LocalEngineError.unreadableRequirements(file.value)
        }
        return text
    }

    /// Other accounts pass through the folders, but see only their own homes.
    private func makeFolders(_ folder: HubFolder) throws {
        let parent = URL(filePath: folder.root).deletingLastPathComponent().path
        try stateFolder.makeFolder(parent, separateAccounts: doors.isRoot)
        try FileWriting.makeFolder(folder.root, permissions: doors.isRoot ? 0o711 : 0o700)
        try FileWriting.makeFolder(folder.homes, permissions: doors.isRoot ? 0o710 : 0o700)
    }
}
