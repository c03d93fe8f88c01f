import Engines
import FleetTools
import Foundation

/// Tells the person at the terminal what the engine does: a live line on a terminal, plain lines elsewhere.
actor UpProgress {
    private let output: any Output
    private var live: (text: String, start: ContinuousClock.Instant)?
    private var waiting: Set<String> = []
    private var expected = 0
    private var settled: Set<String> = []
    private var announce: (@Sendable () async throws -> Void)?

    init(output: any Output) {
        self.output = output
    }

    /// Calls `announce` once, when so many hubs are ready or have failed, and at least one is ready.
    func await(hubs: Int, announce: @escaping @Sendable () async throws -> Void) {
        expected = hubs
        self.announce = announce
    }

    func failed(_ hub: String) async { await settle(hub, isReady: false) }

    func draw(_ events: AsyncStream<LocalEngineEvent>) async {
        await withTaskGroup { group in
            if output.isTerminal { group.addTask { await self.tick() } }
            for await event in events { await show(event) }
            group.cancelAll()
        }
        clearLive()
    }

    private func show(_ event: LocalEngineEvent) async {
        switch event {
        case .waitingForInstallation(let holder): begin("Waiting for another installation (\(holder))")
        case .installing(let packages, let withUV):
            begin("Installing JupyterHub and what it needs: \(packages) packages, once\(withUV ? "" : ", with pip: minutes")")
        case .installed(let duration): end("Installed JupyterHub in \(duration.seconds)")
        case .starting(let hub):
            waiting.insert(hub)
            begin("Starting \(waiting.sorted().joined(separator: ", "))")
        case .foundLeftovers(let hub, let stopped, let servers):
            end("\(hub): found what a killed run left; stopped \(stopped) of its processes, kept \(servers) of users' servers")
        case .portsChanged(let hub, let from, let to): end("\(hub): port \(from) is in use now, so it moves to \(to)")
        case .ready(let hub, _, let duration):
            waiting.remove(hub)
            end("\(hub) is ready after \(duration.seconds)")
            await settle(hub, isReady: true)
        case .diedAndRestarts(let hub, let status): end("\(hub) ended with status \(status); starting it again")
        case .stopping(let hub): waiting.remove(hub)
        case .stopped(let hub): end("Stopped \(hub)")
        }
    }

    private func settle(_ hub: String, isReady: Bool) async {
        settled.insert(hub)
        guard settled.count >= expected, expected > 0, let announce else { return }
        self.announce = nil
        clearLive()
        do { try await announce() } catch { output.message("error: \(error)") }
    }

    // MARK: - The live line

    private func begin(_ text: String) {
        if output.isTerminal {
            live = (text, .now)
            drawLive()
        } else {
            output.message(text + " …")
        }
    }

    private func end(_ text: String) {
        clearLive()
        output.message(text)
        if !waiting.isEmpty, output.isTerminal { begin("Starting \(waiting.sorted().joined(separator: ", "))") }
    }

    private func tick() async {
        while !Task.isCancelled {
            drawLive()
            do { try await Task.sleep(for: .milliseconds(200)) } catch { return }
        }
    }

    private func drawLive() {
        guard let live else { return }
        output.draw("\r\u{1B}[K\(live.text) … \((ContinuousClock.now - live.start).seconds)")
    }

    private func clearLive() {
        if live != nil { output.draw("\r\u{1B}[K") }
        live = nil
    }
}

extension Duration {
    /// Such as `12 s`.
    fileprivate var seconds: String { "\(Int((Double(components.seconds) + Double(components.attoseconds) / 1e18).rounded())) s" }
}
