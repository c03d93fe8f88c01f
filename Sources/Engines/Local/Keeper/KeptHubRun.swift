import FleetModel
import FleetTools
import Foundation
import Synchronization
import Texts

/// What the keeper does with one hub.
struct KeptHubRun: Sendable {
    /// How long a hub that failed waits before it is tried again; each time longer, in seconds.
    private static let pauses = [10, 30, 60, 300, 900, 1_800]

    let hub: KeptHub
    let keeper: Keeper

    private var doors: Doors { keeper.doors }
    private var wish: KeeperWish? { KeeperWish.read(hub.folder) }
    private var engine: LocalEngine { LocalEngine(keeping: hub, state: keeper.state, doors: doors) }
    private var revision: Int? { engine.store(of: Hub(kept: hub.id)).current }

    /// Does what is wished until the task is cancelled.
    func keep() async {
        while !Task.isCancelled {
            if let wish, wish.isOn {
                await serve(wish)
            } else {
                if let wish { stop(wish) }
                try? await doors.time.sleep(for: Keeper.interval)
            }
        }
    }

    /// Ends what an earlier keeper left of a hub that shall not run, and says once that it does not.
    private func stop(_ wish: KeeperWish) {
        let last = KeeperReport.read(hub.folder)
        guard last?.wish.exact != wish.number.exact || last?.phase != .stopped else { return }
        let (engine, hub) = (engine, Hub(kept: hub.id))
        // Where `up` serves it, that is nobody's leftover.
        if let lock = try? engine.servingLock(hub) {
            doors.processes.kill { engine.processes(of: hub) }
            withExtendedLifetime(lock) {}
        }
        report(wish, .stopped)
        note(.stopped, reason: nil)
    }

    /// Serves the hub, again and again, until something else is wished.
    private func serve(_ wish: KeeperWish) async {
        var failures = 0
        while isWished(wish), !Task.isCancelled {
            report(wish, .starting)
            let start = doors.time.instant
            guard let error = await serveOnce(wish) else { return }
            // One that ran for an hour did not fail at its start.
            failures = doors.time.instant - start > .seconds(3_600) ? 1 : failures + 1
            keeper.complain(hub, error)
            let pause = Self.pauses[min(failures, Self.pauses.count) - 1]
            report(
                wish, .failed, reason: "\(error)",
                nextTry: doors.time.wholeSecond.addingTimeInterval(Double(pause)))
            note(.failed, reason: "\(error)".firstLine)
            let end = doors.time.instant + .seconds(pause)
            while isWished(wish), doors.time.instant < end, !Task.isCancelled {
                try? await doors.time.sleep(for: Keeper.interval)
            }
        }
    }

    private func isWished(_ wish: KeeperWish) -> Bool { self.wish?.number.exact == wish.number.exact }

    /// One run of the hub.
    /// - Returns: why it ended; nil when it was told to end.
    private func serveOnce(_ wish: KeeperWish) async -> (any Error)? {
        let (engine, ending) = (engine, RunEnding(leavesServers: true))
        let isOver = Atomic(false)
        // Not cancelled with the keeper: first it has to be told that servers go on.
        let run = Task { () -> (any Error)? in
            defer { isOver.store(true, ordering: .releasing) }
            do {
                let lock = try engine.servingLock(Hub(kept: hub.id))
                try await engine.serve(under: lock, ending: ending) { hear($0, wish) }
                return nil
            } catch {
                return error
            }
        }
        while !isOver.load(ordering: .acquiring), isWished(wish), !Task.isCancelled {
            try? await doors.time.sleep(for: Keeper.interval)
        }
        if isWished(wish), !Task.isCancelled { return await run.value }
        if let next = self.wish, !next.isOn {
            report(next, .stopping)
            ending.endServers()
        } else {
            engine.leaveServers(of: Hub(kept: hub.id), ending)
        }
        run.cancel()
        _ = await run.value
        return nil
    }

    // MARK: - Saying

    private func hear(_ event: EngineEvent, _ wish: KeeperWish) {
        keeper.tell(hub, event)
        switch event {
        case .ready(_, let address, _):
            report(wish, .ready, address: address)
            note(.started, reason: nil)
        case .diedAndRestarts: report(wish, .starting)
        default: break
        }
    }

    private func report(
        _ wish: KeeperWish, _ phase: KeeperReport.Phase, address: String? = nil, reason: String? = nil,
        nextTry: Date? = nil
    ) {
        let report = KeeperReport(
            wish: wish.number, phase: phase, since: doors.time.wholeSecond,
            revision: revision,
            address: address, reason: reason, nextTry: nextTry)
        // A disk that is full must not end a hub that runs.
        try? report.write(to: hub.folder)
    }

    /// Writes into the history of the hub.
    private func note(_ kind: HubHistory.Kind, reason: String?) {
        let entry = HubHistory(
            kind, revision: revision, at: doors.time.wholeSecond, who: LocalKeeper.holder, reason: reason)
        try? engine.note(entry, of: Hub(kept: hub.id))
    }
}

extension Hub {
    /// A hub of which only the name is known, as the keeper knows those that were deployed.
    init(kept id: String) {
        let parts = id.split(separator: "/", maxSplits: 1).map(String.init)
        let place = SourceLocation(file: "")
        self.init(
            name: Located(parts.last ?? id, at: place), cluster: parts.first ?? "", displayName: nil, domain: nil,
            domainOverrideFile: nil, expectedStatus: nil, chart: Located("", at: place), valuesFiles: [],
            chartOverride: nil, location: place)
    }
}

extension String {
    fileprivate var firstLine: String { String(prefix { !$0.isNewline }) }
}
