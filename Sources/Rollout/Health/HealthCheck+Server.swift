import Engines
import FleetModel
import FleetTools
import Foundation
import Texts

/// The hub's API: its service, the user of checks, and the start and stop of that user's server.
extension HealthCheck {
    /// What the hub knows of the user of checks. Source: `user_model` of JupyterHub.
    private struct Account: Decodable {
        struct Server: Decodable {
            let ready: Bool?
            let pending: String?
        }

        let servers: [String: Server]?
        let pending: String?

        var server: Server? { servers?[""] }
        /// Whether there is anything of a server.
        var hasServer: Bool { pending != nil || server.map { $0.ready == true || $0.pending != nil } ?? false }
    }

    /// The token is known, and gives the rights that are needed.
    func askAPI() async throws -> String? {
        struct Owner: Decodable {
            let name: String?
            let scopes: [String]?
        }
        let answer = try await ask(.owner(ofToken: try token))
        switch answer.status {
        case 200: break
        case 401, 403: throw HealthTrouble.tokenRefused(status: answer.status)
        default: throw HealthTrouble.refused("say whose the token is", status: answer.status, said: said(answer))
        }
        let owner: Owner = try decode(answer, of: "the question whose the token is")
        // Hubs before JupyterHub 2 know no scopes.
        guard let scopes = owner.scopes else { return nil }
        let needed = ["admin:users", "servers", "delete:servers", "access:servers"]
        let missing = needed.filter { right in
            !scopes.contains { $0.exact == right.exact || $0.exact == "\(right)!user=\(manner.user)".exact }
        }
        guard missing.isEmpty else { throw HealthTrouble.missingRights(missing) }
        return nil
    }

    // MARK: - The user

    /// Sweeps what an earlier check left, and makes the user.
    func makeUser() async throws -> String? {
        let wasThere = try await account() != nil
        if wasThere {
            _ = try await stop()
            _ = try await removeUser()
        }
        let answer = try await ask(.makeUser(manner.user, token: try token))
        // 409: somebody was faster, or the user cannot be removed; it serves as well.
        guard (200..<300).contains(answer.status) || answer.status == 409 else {
            throw HealthTrouble.refused("make the user \(manner.user)", status: answer.status, said: said(answer))
        }
        return wasThere ? "swept what an earlier check left" : nil
    }

    /// Nil when there is no such user.
    private func account() async throws -> Account? {
        let answer = try await ask(.user(manner.user, token: try token))
        switch answer.status {
        case 200: return try decode(answer, of: "the question for the user of checks")
        case 404: return nil
        default:
            throw HealthTrouble.refused("tell of the user \(manner.user)", status: answer.status, said: said(answer))
        }
    }

    func removeUser() async throws -> String? {
        let answer = try await ask(.removeUser(manner.user, token: try token))
        guard (200..<300).contains(answer.status) || answer.status == 404 else {
            throw HealthTrouble.userStays(status: answer.status)
        }
        return nil
    }

    // MARK: - Start

    func start() async throws -> String? {
        let end = time.instant + limits.start
        try await requestStart(before: end)
        let token = try token
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                // Without the stream, the account says when the server is ready.
                _ = try? await visits.follow(.progress(of: manner.user, token: token), at: api) { line in
                    if let progress = SpawnProgress(line: line) { diary.hear(progress) }
                }
                return false
            }
            group.addTask {
                try await waitForServer(until: end)
                return true
            }
            defer { group.cancelAll() }
            while let isThere = try await group.next(), !isThere {}
        }
        return nil
    }

    /// Asks for the server. A hub that is busy says when it wants to be asked again.
    private func requestStart(before end: ContinuousClock.Instant) async throws {
        while true {
            let answer = try await ask(.startServer(of: manner.user, token: try token))
            switch answer.status {
            case 200..<300: return
            case 429:
                guard let pause = answer.retryAfter, time.instant + .seconds(pause) < end else {
                    throw HealthTrouble.busy(said: said(answer))
                }
                diary.hear(SpawnProgress(text: "the hub is busy, and wants to be asked again in \(pause) s"))
                try await time.sleep(for: .seconds(max(1, pause)))
            default: throw HealthTrouble.startRefused(status: answer.status, said: said(answer))
            }
        }
    }

    private func waitForServer(until end: ContinuousClock.Instant) async throws {
        var pause = Duration.milliseconds(100)
        while true {
            let account = try await account()
            if account?.server?.ready == true { return }
            guard account?.hasServer == true else { throw HealthTrouble.startFailed(said: try await failure()) }
            if let text = diary.hopeless(for: limits.patience) { throw HealthTrouble.startHopeless(said: text) }
            let limit = diary.awaitsNode ? end + limits.node : end
            guard time.instant < limit else {
                let seconds = (diary.awaitsNode ? limits.start + limits.node : limits.start).components.seconds
                throw HealthTrouble.startSlow(seconds: Int(seconds), last: diary.events.last?.text)
            }
            try await time.sleep(for: pause)
            pause = min(.seconds(1), pause * 1.5)
        }
    }

    /// What the hub says of a start that failed; its stream says it a moment later.
    private func failure() async throws -> String {
        for _ in 0..<20 {
            if let text = diary.failure { return text }
            try await time.sleep(for: .milliseconds(100))
        }
        return diary.events.last?.text ?? ""
    }

    // MARK: - Stop

    /// Stops the server, and waits until it is gone.
    func stop() async throws -> String? {
        guard let account = try await account(), account.hasServer else { return nil }
        let end = time.instant + limits.stop
        let answer = try await ask(.stopServer(of: manner.user, token: try token))
        // 400: it is on its way already, one way or the other; 404: it is gone.
        guard (200..<300).contains(answer.status) || [400, 404].contains(answer.status) else {
            throw HealthTrouble.refused("stop the server", status: answer.status, said: said(answer))
        }
        var isAskedAgain = answer.status != 400
        while let account = try await self.account(), account.hasServer {
            guard time.instant < end else {
                throw HealthTrouble.serverStays(
                    pending: account.server?.pending ?? account.pending ?? "ready",
                    seconds: Int(limits.stop.components.seconds))
            }
            try await time.sleep(for: .milliseconds(300))
            if !isAskedAgain, account.server?.ready == true {
                _ = try await ask(.stopServer(of: manner.user, token: try token))
                isAskedAgain = true
            }
        }
        return nil
    }
}
