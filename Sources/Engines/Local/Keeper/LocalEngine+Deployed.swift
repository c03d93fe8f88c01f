import FleetModel
import FleetTools
import Foundation

/// Hubs that are deployed: known by the name of their fleet, and kept by the keeper.
extension LocalEngine {
    /// One for a hub that was deployed, of whose fleet nothing but its name is known: it serves the hub and deploys nothing.
    package init(keeping hub: KeptHub, state: StateFolder, doors: Doors) {
        self.init(
            state: state, fleet: WorkingTree(state.path), fleetName: hub.fleet, doors: doors, port: nil,
            disk: RealRevisionDisk())
    }

    /// The right to serve a hub that was deployed, for the keeper. Others may change it meanwhile.
    /// - Throws: `LocalEngineError.alreadyRuns`, or an error about the state folder.
    func servingLock(_ hub: Hub) throws -> HubLock {
        let folder = folder(of: hub)
        let process = ProcessInfo.processInfo.processIdentifier
        let holder = "\(LocalKeeper.holder), process \(process), serves it since \(doors.time.now.ISO8601Format())"
        do {
            let serving = try FileLock(path: folder.lock, holder: holder)
            let keeper = LocalKeeper(change: nil, serving: serving)
            for port in LocalState.read(folder)?.ports.all ?? [] { _ = keeper.ports.hold(port) }
            return HubLock(hub, keeper: keeper)
        } catch FileError.held(_, let holder) {
            throw LocalEngineError.alreadyRuns(hub: hub.id, holder: holder)
        }
    }

    /// The hub as one that is deployed. One that only `up` has run until now keeps its folder, with homes and accounts; it is
    /// carried over once.
    ///
    /// - Parameters:
    ///   - hub: the hub.
    ///   - tell: told when it is carried over.
    /// - Returns: the hub, with its folder.
    /// - Throws: `LocalEngineError.noFleetName`, `FileError`.
    package func adopt(_ hub: Hub, tell: (EngineEvent) -> Void) throws -> KeptHub {
        guard let fleetName else { throw LocalEngineError.noFleetName }
        if let folder = stateFolder.deployed(hub.id, fleet: fleetName) {
            return KeptHub(fleet: fleetName, id: hub.id, folder: folder)
        }
        let place = stateFolder.place(of: hub.id, fleet: fleetName)
        let parent = URL(filePath: place).deletingLastPathComponent().path
        try stateFolder.makeFolder(parent, separateAccounts: doors.isRoot)
        let earlier = stateFolder.folder(of: hub, fleetRoot: fleet.root)
        if FileManager.default.fileExists(atPath: earlier.root) {
            try disk.link(place, to: earlier.root)
            try disk.sync(parent)
            tell(.carriedOver(hub: hub.id, folder: earlier.root))
            return KeptHub(fleet: fleetName, id: hub.id, folder: HubFolder(root: RealPath.of(place)))
        }
        try FileWriting.makeFolder(place, permissions: doors.isRoot ? 0o711 : 0o700)
        return KeptHub(fleet: fleetName, id: hub.id, folder: HubFolder(root: place))
    }

    /// What is known of a hub that was deployed, and where it is asked whether it is well.
    package func look(at hub: KeptHub) -> (state: HubState, health: HealthTarget?) {
        let hub = Hub(kept: hub.id)
        return (state(of: hub), healthTarget(of: hub))
    }

    /// The number of users' servers that run.
    package func servers(of hub: KeptHub) -> Int {
        Set(processes(of: Hub(kept: hub.id)).compactMap(\.userServer)).count
    }

    /// What the Python environment of a hub that was deployed is made of, and the file of its database.
    /// - Throws: `EngineError.notDeployed`, `LocalEngineError.unreadableRequirements`.
    package func software(of hub: KeptHub) throws -> (requirements: String, database: String) {
        guard let number = store(of: Hub(kept: hub.id)).current else { throw EngineError.notDeployed(hub: hub.id) }
        return (try requirements(of: hub.folder.revision(number)), hub.folder.database)
    }

    /// The copies of the database of a hub that was deployed, the oldest first.
    package func databaseCopies(of hub: KeptHub) -> [DatabaseCopy] { DatabaseCopies(folder: hub.folder).all }

    /// The right to change a hub that was deployed.
    /// - Throws: as `lock(_:)` of a hub.
    package func lock(_ hub: KeptHub) throws -> HubLock { try lock(Hub(kept: hub.id)) }

    /// Forgets that a hub was deployed. Its folder stays where it is.
    /// - Throws: `FileError`.
    package func abandon(_ hub: KeptHub) throws {
        for path in [hub.folder.wish, hub.folder.report] { try disk.remove(path) }
        let place = stateFolder.place(of: hub.id, fleet: hub.fleet)
        if (try? FileManager.default.destinationOfSymbolicLink(atPath: place)) != nil { try disk.remove(place) }
    }

    /// Wishes that the keeper starts a hub with its current revision, or stops it.
    /// - Returns: the wish, whose number the keeper's report names.
    /// - Throws: `FileError`.
    package func wish(_ hub: KeptHub, isOn: Bool) throws -> KeeperWish {
        let wish = KeeperWish(
            fleet: hub.fleet, hub: hub.id, isOn: isOn, since: doors.time.wholeSecond, who: doors.account)
        try wish.write(to: hub.folder)
        return wish
    }
}
