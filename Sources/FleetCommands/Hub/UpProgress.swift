import Engines
import FleetTools
import Foundation
import Texts

/// Tells the person at the terminal what the engine does: a live line on a terminal, plain lines elsewhere.
actor UpProgress {
    private let output: any Output
    private let time: any TimeSource
    private var live: (text: String, start: ContinuousClock.Instant)?
    private var waiting: Set<ExactText> = []
    private var expected = 0
    private var ready: Set<ExactText> = []
    private var failed: Set<ExactText> = []
    private var announce: (@Sendable (Set<ExactText>) async throws -> Void)?

    init(output: any Output, time: any TimeSource) {
        self.output = output
        self.time = time
    }

    /// Calls `announce` once with the hubs that are ready, when all of so many are ready or have failed.
    func await(hubs: Int, announce: @escaping @Sendable (Set<ExactText>) async throws -> Void) {
        expected = hubs
        self.announce = announce
    }

    func fail(_ hub: String) async {
        failed.insert(hub.exact)
        await settle()
    }

    func draw(_ events: AsyncStream<EngineEvent>) async {
        await withTaskGroup { group in
            if output.isTerminal { group.addTask { await self.tick() } }
            for await event in events { await show(event) }
            group.cancelAll()
        }
        clearLive()
    }

    private func show(_ event: EngineEvent) async {
        switch event {
        case .waitingForInstallation(let holder): begin("Waiting for another installation (\(holder))")
        case .installing(let packages, let withUV):
            begin(
                "Installing JupyterHub and what it needs: \(packages) packages, once\(withUV ? "" : ", with pip: minutes")"
            )
        case .installed(let duration): end("Installed JupyterHub in \(duration.seconds)")
        case .starting(let hub):
            waiting.insert(hub.exact)
            begin("Starting \(waiting.sorted().map(\.text).joined(separator: ", "))")
        case .foundLeftovers(let hub, let servers):
            end("\(hub): an earlier run was killed; its hub is replaced, servers of users that go on: \(servers)")
        case .portsChanged(let hub, let from, let to): end("\(hub): port \(from) is in use now, so it moves to \(to)")
        case .oldFilesStay(let hub, let reason): end("\(hub): old files stay where they are: \(reason)")
        case .ready(let hub, _, let duration):
            waiting.remove(hub.exact)
            end("\(hub) is ready after \(duration.seconds)")
            ready.insert(hub.exact)
            await settle()
        case .diedAndRestarts(let hub, let status): end("\(hub) ended with status \(status); starting it again")
        case .partDiedAndRestarts(let hub, let part, let status):
            end("\(hub): its \(part) ended with status \(status); starting it again")
        case .reachableAgain(let hub): end("\(hub) can be reached again")
        case .upgradingDatabase(let hub):
            end("\(hub): its database is of an older JupyterHub; a copy is kept, and it is brought up to date")
        case .restoredDatabase(let hub, let time, let kept):
            end(
                "\(hub): its database was of a newer JupyterHub, and is that of \(time.ISO8601Format()) again; the newer one is "
                    + "kept in \(kept)")
        case .stopping(let hub): waiting.remove(hub.exact)
        case .carriedOver(let hub, let folder): end("\(hub) is carried over with its homes and accounts in \(folder)")
        case .deployed, .rolledBack, .uninstalled: break
        case .stopped(let hub): end("Stopped \(hub)")
        }
    }

    private func settle() async {
        guard !ready.isEmpty, ready.union(failed).count >= expected, let announce else { return }
        self.announce = nil
        clearLive()
        do { try await announce(ready) } catch { output.message("Error: \(error)") }
    }

    // MARK: - The live line

    private func begin(_ text: String) {
        if output.isTerminal {
            live = (text, time.instant)
            drawLive()
        } else {
            output.message(text + " …")
        }
    }

    private func end(_ text: String) {
        clearLive()
        output.message(text)
        if !waiting.isEmpty, output.isTerminal {
            begin("Starting \(waiting.sorted().map(\.text).joined(separator: ", "))")
        }
    }

    private func tick() async {
        while !Task.isCancelled {
            drawLive()
            do { try await time.sleep(for: .milliseconds(200)) } catch { return }
        }
    }

    private func drawLive() {
        guard let live else { return }
        output.draw("\r\u{1B}[K\(live.text) … \((time.instant - live.start).seconds)")
    }

    private func clearLive() {
        if live != nil { output.draw("\r\u{1B}[K") }
        live = nil
    }
}

extension Duration {
    /// Such as `12 s`.
    fileprivate var seconds: String {
        "\(Int((Double(components.seconds) + Double(components.attoseconds) / 1e18).rounded())) s"
    }
}
