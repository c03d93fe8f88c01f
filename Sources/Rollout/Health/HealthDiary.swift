import FleetModel
import FleetTools
import Foundation
import Synchronization
import Texts

/// What happens while hubs are checked; commands draw it.
package enum HealthEvent: Sendable, Equatable {
    /// A stage begins.
    case begins(hub: String, HealthStage)
    /// The hub said something that a stage waits for.
    case heard(hub: String, String)
    case done(HealthVerdict)
}

/// What one check writes down while it runs.
final class HealthDiary: Sendable {
    private struct State {
        var stages: [HealthVerdict.Stage] = []
        var current: (stage: HealthStage, since: ContinuousClock.Instant)?
        var events: [HealthVerdict.Event] = []
        var version: String?
        /// Since when nothing but something hopeless was heard of the start.
        var hopeless: (text: String, since: ContinuousClock.Instant)?
        var awaitsNode = false
        var failure: String?
    }

    /// More is not kept: a hub may say anything, as often as it likes.
    private static let mostEvents = 200

    private let hub: String
    private let token: HubToken?
    private let time: any TimeSource
    private let start: ContinuousClock.Instant
    private let tell: @Sendable (HealthEvent) -> Void
    private let state = Mutex(State())

    init(
        _ hub: String, token: HubToken?, time: any TimeSource, tell: @escaping @Sendable (HealthEvent) -> Void
    ) {
        self.hub = hub
        self.token = token
        self.time = time
        self.tell = tell
        start = time.instant
    }

    // MARK: - Stages

    func begin(_ stage: HealthStage) {
        state.withLock { $0.current = (stage, time.instant) }
        tell(.begins(hub: hub, stage))
    }

    func pass(_ note: String? = nil) { end(isPassed: true, note) }

    func fail() { end(isPassed: false, nil) }

    private func end(isPassed: Bool, _ note: String?) {
        let note = note.map(shown)
        state.withLock { state in
            guard let (stage, since) = state.current else { return }
            state.current = nil
            state.stages.append(
                HealthVerdict.Stage(
                    stage: stage, isPassed: isPassed, seconds: (time.instant - since) / .seconds(1), note: note))
        }
    }

    var stages: [HealthVerdict.Stage] { state.withLock { $0.stages } }
    /// Seconds since the check began.
    var seconds: Double { (time.instant - start) / .seconds(1) }

    var version: String? {
        get { state.withLock { $0.version } }
        set { state.withLock { $0.version = newValue } }
    }

    // MARK: - What the hub says of a start

    /// Notes what was heard.
    func hear(_ progress: SpawnProgress) {
        let text = shown(progress.text)
        let now = time.instant
        let second = Int(seconds)
        state.withLock { state in
            guard state.events.count < Self.mostEvents, state.events.last?.text.exact != text.exact else { return }
            state.events.append(HealthVerdict.Event(second: second, text: text))
            if progress.isFailure { state.failure = text }
            if progress.announcesNode { state.awaitsNode = true }
            if HealthClue.first(in: text)?.isFinal == true {
                if state.hopeless == nil { state.hopeless = (text, now) }
            } else if progress.isGood {
                state.hopeless = nil
            }
        }
        tell(.heard(hub: hub, text))
    }

    var events: [HealthVerdict.Event] { state.withLock { $0.events } }
    var failure: String? { state.withLock { $0.failure } }
    /// Whether the cluster said that a node comes.
    var awaitsNode: Bool { state.withLock { $0.awaitsNode } }

    /// What makes the start hopeless, when that has been so for this long.
    func hopeless(for patience: Duration) -> String? {
        state.withLock { state in
            state.hopeless.flatMap { time.instant - $0.since >= patience ? $0.text : nil }
        }
    }

    /// A text of the hub as people may see it: one line, and nothing of the token or of addresses with tokens.
    func shown(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        let plain = (token?.hidden(in: line) ?? line).withoutCredentials.printable
        return plain.count > 600 ? plain.prefix(600) + "…" : plain
    }
}

/// One message of the stream of a start.
struct SpawnProgress: Sendable, Equatable {
    let text: String
    /// Whether the hub gave the start up.
    let isFailure: Bool
    /// The reason of the event of Kubernetes that it tells of, such as `FailedScheduling`.
    let kind: String?
    /// Whether the event of Kubernetes is of the usual course.
    private let isNormal: Bool

    /// Reads a line of the stream; nil for one that says nothing. Source: `SpawnProgressAPIHandler` of JupyterHub, and
    /// `KubeSpawner.progress`.
    init?(line: String) {
        struct Message: Decodable {
            struct Event: Decodable {
                let reason: String?
                let type: String?
            }
            let message: String?
            let failed: Bool?
            let rawEvent: Event?
        }
        guard let data = line.exact.without(prefix: "data:")?.text,
            let message = try? Self.decoder.decode(Message.self, from: Data(data.utf8))
        else { return nil }
        kind = message.rawEvent?.reason
        let said = message.message ?? ""
        text = kind.map { said.contains($0) ? said : "\($0): \(said)" } ?? said
        isFailure = message.failed ?? false
        isNormal = message.rawEvent?.type == "Normal"
    }

    private static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }

    /// Something to say of a start that the hub's stream does not.
    init(text: String) {
        self.text = text
        (isFailure, kind, isNormal) = (false, nil, true)
    }

    /// Whether a node is on its way.
    var announcesNode: Bool { kind == "TriggeredScaleUp" || text.contains("pod triggered scale-up") }

    /// Whether it shows that the start goes on.
    var isGood: Bool { isNormal && !["BackOff", "Pulling", "NotTriggerScaleUp", "Killing"].contains(kind) }
}
