import Crypto
import FleetModel
import FleetTools
import Foundation

/// Brings a hub on this machine to a revision. Its lock is held meanwhile.
struct LocalDeployer {
    let engine: LocalEngine
    let lock: HubLock
    let tell: @Sendable (EngineEvent) -> Void
    /// A logo is a small picture; more than 2 MB is none.
    private static let logoLimit = 2_000_000

    private var hub: Hub { lock.hub }
    private var doors: Doors { engine.doors }
    private var folder: HubFolder { engine.folder(of: hub) }
    private var store: RevisionStore { engine.store(of: hub) }

    // MARK: - A new revision

    /// - Throws: errors about the environment, ports and files.
    func deploy(_ deployment: Deployment) async throws -> HubRevision {
        let requirements = try await engine.requirements(of: deployment.release.cluster)
        _ = try await engine.environment.ensure(requirements, tell: tell)
        let ports = try choosePorts(deployment.release.cluster)
        let facts = HubFacts(hub, on: .local, effective: deployment.values)
        let logo = try await copyLogo(facts.homePage.logo.value)
        func candidate(_ number: Int) throws -> (RevisionContents, LocalRevision) {
            try self.candidate(number, deployment, facts, requirements, ports, logo: logo)
        }
        if let current = store.current, try store.holds(candidate(current).1, as: current),
            let revision = store.read(current)?.revision
        {
            try finish(revision, ports)
            tell(.deployed(hub: hub.id, revision: current, isNew: false))
            return revision
        }
        let (contents, made) = try candidate((store.numbers.last ?? 0) + 1)
        try store.write(contents, made)
        try finish(made.revision, ports)
        tell(.deployed(hub: hub.id, revision: made.revision.number, isNew: true))
        return made.revision
    }

    /// What a revision of this number would be: its configuration names its own folder.
    private func candidate(
        _ number: Int, _ deployment: Deployment, _ facts: HubFacts, _ requirements: String, _ ports: HubPorts,
        logo: String?
    ) throws -> (RevisionContents, LocalRevision) {
        let place = folder.revision(number)
        let context = LocalTranslator.Context(
            isCopy: deployment.release.cluster.provider.local == nil, revision: place, ports: ports,
            separateAccounts: doors.isRoot, logo: logo, servesDownloads: doors.program != nil)
        let settings = LocalTranslator.translate(facts, context: context)
        let contents = RevisionContents(settings, hub: hub, folder: place, requirements: requirements)
        let revision = HubRevision(
            number: number, release: try DeployedRelease(deployment), commit: deployment.commit,
            made: doors.time.wholeSecond, who: doors.account)
        let made = LocalRevision(
            revision: revision, ports: ports,
            baseURL: LocalTranslator.baseURL(of: facts), host: HubHost.name(of: hub),
            administrators: settings.administrators, services: settings.serviceNames, parts: settings.parts,
            limits: settings.limits,
            sources: settings.sections.flatMap(\.settings).filter { $0.source.contains(".yaml:") }
                .map { LocalRevision.Source(name: $0.name, place: $0.source) },
            digests: contents.digests)
        return (contents, made)
    }

    // MARK: - An older one

    /// - Throws: `EngineError.noRevision`; `LocalEngineError.portInUse` when somebody else has one of its ports now.
    func rollBack(to number: Int) async throws -> HubRevision {
        guard store.isWhole(number), let facts = store.read(number) else {
            throw EngineError.noRevision(hub: hub.id, number: number, kept: store.numbers)
        }
        let requirements = try engine.requirements(of: folder.revision(number))
        _ = try await engine.environment.ensure(requirements, tell: tell)
        try claim(facts.ports)
        let from = store.current
        try finish(facts.revision, facts.ports, as: .rolledBack)
        tell(.rolledBack(hub: hub.id, from: from, to: number))
        return facts.revision
    }

    /// Takes the ports that an older revision has in its configuration.
    private func claim(_ ports: HubPorts) throws {
        let chooser = chooser()
        for port in ports.all { try chooser.demand(port) }
    }

    // MARK: - Making it the current one

    /// The wish is written down first: a process that is killed then leaves a hub that is seen not to have it.
    private func finish(_ revision: HubRevision, _ ports: HubPorts, as kind: HubHistory.Kind = .deployed) throws {
        heldPorts?.keep(only: ports.all)
        try makeCredentials(revision.number)
        try store.changeState(under: lock) { state in
            var record = state?.record ?? HubRecord()
            if record.wanted?.revision != revision {
                record.wanted = HubRecord.Wanted(
                    revision: revision, since: doors.time.wholeSecond, who: doors.account,
                    goesBack: kind == .rolledBack)
                record.note(
                    HubHistory(
                        kind, revision: revision.number, at: doors.time.wholeSecond, who: doors.account,
                        reason: engine.reason))
            }
            return LocalState(ports: ports, record: record)
        }
        try store.open(revision.number)
        if store.current != revision.number { try store.makeCurrent(revision.number) }
        tidy()
    }

    /// Passwords and tokens are the hub's, not the revision's: people keep them.
    private func makeCredentials(_ number: Int) throws {
        if !FileManager.default.fileExists(atPath: folder.passwordFile) {
            _ = try Passwords.make(in: folder, anew: true)
        }
        try ServiceTokens.make(for: store.read(number)?.services ?? [], in: folder)
    }

    /// Removes what nothing needs any more. Where that fails, the hub runs as well, so it is only told.
    private func tidy() {
        let processes = engine.processes(of: hub)
        var used = processes.reduce(into: Set<Int>()) { $0.formUnion($1.revisions(of: folder)) }
        if let running = LocalState.read(folder)?.record?.running { used.insert(running.revision.number) }
        do {
            try store.removeOld(used: used)
            // From before there were revisions; processes of that time may still run with it.
            guard processes.isEmpty else { return }
            for name in [RevisionFolder.configName, "python", "files"] { try engine.disk.remove(folder.path(name)) }
        } catch {
            tell(.oldFilesStay(hub: hub.id, reason: "\(error)"))
        }
    }

    // MARK: - What goes into it

    private func choosePorts(_ cluster: Cluster) throws -> HubPorts {
        let state = LocalState.read(folder)
        let wanted = engine.wantedPort
        // Users' servers of a killed run look for their hub where that run had it.
        let isLeft = !engine.processes(of: hub).isEmpty
        let running = isLeft ? state?.record?.running.flatMap { store.read($0.revision.number) } : nil
        let last = running?.ports ?? state?.ports
        let ports = try chooser().choose(
            wanted: wanted, last: last, first: cluster.provider.local?.firstPort?.value ?? PortChooser.firstPort)
        if let last, last.hub != ports.hub, wanted == nil {
            tell(.portsChanged(hub: hub.id, from: last.hub, to: ports.hub))
        }
        return ports
    }

    /// What is left of a killed run and is stopped before the hub starts: all but servers of users.
    private func ownProcesses() -> Set<Int32> {
        Set(engine.processes(of: hub).filter { $0.userServer == nil }.map(\.id))
    }

    private func chooser() -> PortChooser {
        let own = ownProcesses()
        return PortChooser(state: { state(of: $0, own) }, holder: { doors.ports.holder(of: $0) ?? Self.otherRun })
    }

    /// The ports that the lock of the hub keeps.
    private var heldPorts: PortHolds? { (lock.keeper as? LocalKeeper)?.ports }

    private var isKept: Bool { (lock.keeper as? LocalKeeper)?.serving.isHeld == false }

    private static let otherRun = "another run of hubfleet, which is starting"

    /// Whether nobody has a port, or one of these processes. It is kept for the hub then.
    private func state(of port: Int, _ own: Set<Int32>) -> Ports.State {
        let state = doors.ports.state(of: port)
        let isOwn = state == .taken && !own.isEmpty && doors.ports.process(on: port).map(own.contains) == true
        guard state == .free || isOwn else { return state }
        if heldPorts?.hold(port) != false { return .free }
        // The keeper serves the hub and holds its ports.
        return isOwn && isKept ? .free : .taken
    }

    /// Copies the logo of the home page once, so that the page works without the web.
    private func copyLogo(_ address: String?) async throws -> String? {
        guard let address, let url = URL(string: address) else { return nil }
        let kinds: Set<String> = ["svg", "png", "jpg", "jpeg", "gif", "webp"]
        let kind = url.pathExtension.lowercased()
        guard kinds.contains(kind) else { return nil }
        let path = folder.path("logo-\(SHA256.hash(data: Data(address.utf8)).hexadecimal.prefix(8)).\(kind)")
        if FileManager.default.fileExists(atPath: path) { return path }
        let bytes = await doors.webFiles.fetch(address, limit: Self.logoLimit) ?? []
        try Task.checkCancellation()
        guard !bytes.isEmpty else { return nil }
        try FileWriting.write(bytes, to: path)
        return path
    }
}
