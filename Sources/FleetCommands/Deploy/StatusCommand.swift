import ArgumentParser
import Engines
import FleetTools
import Foundation
import Texts

/// `hubfleet status [SELECTOR...]`
struct StatusCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Say which deployed hubs of this machine run, since when, and with what.",
        discussion: """
            Each hub that shall run is asked just now. Needs no fleet.

            hubfleet status
            hubfleet status '*/prod' --format json
            """
    )

    @Argument(help: SelectorHelp.text, completion: SelectorHelp.completion)
    var selectors: [String] = []

    @Flag(help: "End with 2 when a hub does not run as it is wished.")
    var detailedExitcode = false

    @OptionGroup var state: StateFolderOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var logging: LoggingOptions

    func run(in context: FleetContext) async throws {
        let folder = state.folder(in: context)
        let hubs = try state.keptHubs(selectors, in: context)
        let keeper = Keeper.running(in: folder)
        let rows = await withTaskGroup(of: (Int, HubStatus).self) { group in
            for (index, hub) in hubs.enumerated() {
                group.addTask { (index, await HubStatus(hub, state: folder, hasKeeper: keeper != nil, context.doors)) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
        try output.print(rows, in: context) { table(rows) }
        for row in rows {
            if let reason = row.reason { context.output.message("\(row.hub): \(reason)") }
        }
        if keeper == nil, rows.contains(where: { $0.state == .noKeeper }) {
            context.output.message("The keeper does not run; `hubfleet up --detach` starts it with the hubs.")
        }
        if detailedExitcode, rows.contains(where: { !$0.isAsWished }) { throw ExitStatus.pending }
    }

    private func table(_ rows: [HubStatus]) -> String {
        // The name of the fleet is a column only where there are several.
        let severalFleets = Set(rows.map(\.fleet.exact)).count > 1
        var table = Table(
            columns: (severalFleets ? ["FLEET"] : [])
                + ["HUB", "STATE", "SINCE", "REVISION", "COMMIT", "HEALTH", "SERVERS", "ADDRESS"])
        for row in rows {
            table.add(
                (severalFleets ? [row.fleet] : []) + [
                    row.hub, row.state.rawValue, row.since?.ISO8601Format() ?? "",
                    row.revision.map(String.init) ?? "", String((row.commit ?? "").prefix(9)), row.lastHealth,
                    "\(row.servers)", row.address ?? "",
                ])
        }
        return table.text
    }
}

/// How a deployed hub is just now.
struct HubStatus: Sendable, Encodable {
    enum State: String, Sendable, Encodable {
        case running, starting, failed, stopping, stopped
        /// It shall run, and says that it does, and does not answer.
        case silent = "does not answer"
        /// It shall run, and nobody sees to it.
        case noKeeper = "no keeper"
        case notStarted = "not started"
    }

    let fleet: String
    let hub: String
    let state: State
    /// Since when it is in this state.
    let since: Date?
    let revision: Int?
    let commit: String?
    let deployed: Date?
    /// The number of users' servers that run.
    let servers: Int
    let address: String?
    /// What went wrong; nil where nothing did.
    let reason: String?
    /// What the last check found; nil when there was none.
    let health: HubHealth?

    /// Whether it does what it is wished to.
    var isAsWished: Bool { [.running, .stopped, .notStarted].contains(state) }

    /// What the last check found, for people; one of another revision says nothing about this one.
    var lastHealth: String {
        guard let health, health.revision == revision else { return "unchecked" }
        return "\(health.outcome.rawValue), \(health.at.ISO8601Format())"
    }

    init(_ hub: KeptHub, state folder: StateFolder, hasKeeper: Bool, _ doors: Doors) async {
        let engine = LocalEngine(keeping: hub, state: folder, doors: doors)
        let (known, target) = engine.look(at: hub)
        let (wish, report) = (KeeperWish.read(hub.folder), KeeperReport.read(hub.folder))
        let current = known.revisions.first { $0.number == known.current }
        fleet = hub.fleet
        self.hub = hub.id
        revision = known.current
        health = known.record.health
        commit = current?.commit
        deployed = known.record.wanted?.since
        servers = engine.servers(of: hub)
        let isCurrent = wish.map { $0.number.exact == report?.wish.exact } == true
        let state = Self.state(wish, isCurrent ? report : nil, hasKeeper: hasKeeper)
        let answers = state == .running ? await target.asyncMap { await doors.hubAPI.isHealthy(at: $0.address) } : nil
        self.state = state == .running && answers != true ? .silent : state
        since = isCurrent ? report?.since : wish?.since
        address = state == .running ? report?.address : nil
        reason = isCurrent && state == .failed ? report?.reason : nil
    }

    private static func state(_ wish: KeeperWish?, _ report: KeeperReport?, hasKeeper: Bool) -> State {
        guard let wish else { return .notStarted }
        guard hasKeeper else { return wish.isOn ? .noKeeper : .stopped }
        switch report?.phase {
        case .ready: return .running
        case .failed: return .failed
        case .stopped: return .stopped
        case .stopping: return .stopping
        case .starting, .none: return wish.isOn ? .starting : .stopping
        }
    }
}

extension Optional where Wrapped: Sendable {
    fileprivate func asyncMap<Result: Sendable>(_ change: @Sendable (Wrapped) async -> Result) async -> Result? {
        guard let self else { return nil }
        return await change(self)
    }
}
