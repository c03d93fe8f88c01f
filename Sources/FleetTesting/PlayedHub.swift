import FleetTools
import Foundation
import Synchronization

/// A hub that is played: it has one user at a time, with one server and one kernel.
///
/// The paths, the statuses and the names in its answers are those of JupyterHub 5.5.4 (`apihandlers/users.py`, `base.py`),
/// KubeSpawner 7.1 (`progress`) and Jupyter Server 2.21, read in their sources; `HealthTests` checks real ones in the
/// same way. A test says what it does otherwise.
package final class PlayedHub: HubVisits {
    /// What a cell leads to in a kernel.
    package enum Reply: Sendable {
        case prints(String)
        case raises(String, String)
        /// The kernel ends by itself.
        case dies
        /// The other side closes the socket.
        case hangsUp
    }

    /// What the hub does otherwise than a good one.
    package struct Play: Sendable {
        /// Answers instead of the hub; nil where the hub shall answer. It gets the path below the address.
        package var answer: @Sendable (_ request: HubRequest, _ path: String) throws -> HubAnswer? = { _, _ in nil }
        /// The messages of the stream of a start, each as the JSON of an event.
        package var progress = [#"{"progress": 0, "message": "Server requested"}"#]
        /// How often the account is asked for until the server is ready; nil: never.
        package var pollsUntilReady: Int? = 2
        /// How often until the start is given up.
        package var pollsUntilFailure: Int?
        /// What a kernel answers to a cell; nil: what Python would.
        package var reply: @Sendable (_ code: String) -> Reply? = { _ in nil }
        /// Why there is no web socket.
        package var talkError: HubVisitError?
        /// Whether a server that is told to stop does so.
        package var stops = true

        package init() {}
    }

    private enum Server {
        case none
        case pending(polls: Int)
        case ready, stopping
    }

    private struct State {
        var hasUser = false
        var server = Server.none
        var requests: [String] = []
        /// Whether somebody heard the stream of the start.
        var isFollowed = false

        var isUnheard: Bool {
            if case .pending = server { return !isFollowed }
            return false
        }
    }

    private let play: Play
    private let state: Mutex<State>

    /// - Parameters:
    ///   - play: what it does otherwise.
    ///   - hasLeftovers: whether an earlier check left a server behind.
    package init(_ play: Play = Play(), hasLeftovers: Bool = false) {
        self.play = play
        state = Mutex(State(hasUser: hasLeftovers, server: hasLeftovers ? .ready : .none))
    }

    /// What it was asked, such as `GET /hub/api/user`.
    package var requests: [String] { state.withLock { $0.requests } }
    /// Whether there is nothing of the user of checks.
    package var isTidy: Bool {
        state.withLock { state in
            if case .none = state.server { return !state.hasUser }
            return false
        }
    }

    // MARK: - Answers

    package func answer(to request: HubRequest, at address: String) async throws -> HubAnswer {
        let path = Self.path(request, at: address)
        state.withLock { $0.requests.append("\(request.method.rawValue) \(path)") }
        if let answer = try play.answer(request, path) { return answer }
        // A time that goes by sleeping would be over before the stream is heard.
        while request.method == .get, state.withLock(\.isUnheard), !Task.isCancelled { await Task.yield() }
        return path.hasPrefix("/hub/") || path == "/" ? hub(request, path) : server(request, path)
    }

    private static func path(_ request: HubRequest, at address: String) -> String {
        let base = address.hasSuffix("/") ? String(address.dropLast()) : address
        let whole = base + request.path
        let start = whole.ranges(of: "://").first.flatMap { whole[$0.upperBound...].firstIndex(of: "/") }
        return start.map { String(whole[$0...]) } ?? "/"
    }

    private func hub(_ request: HubRequest, _ path: String) -> HubAnswer {
        switch (request.method, path) {
        case (.get, "/"): HubAnswer(status: 302, location: "/hub/")
        case (.get, "/hub/"): HubAnswer(status: 302, location: "/hub/login?next=%2Fhub%2F")
        case (.get, "/hub/login"), (.get, "/hub/login?next=%2Fhub%2F"):
            HubAnswer(body: Array("<!DOCTYPE HTML>\n<html><form action=\"/hub/login\"></form></html>".utf8))
        case (.get, "/hub/api/health"): HubAnswer()
        case (.get, "/hub/api/"): Self.json(#"{"version": "5.5.4"}"#)
        case (.get, "/hub/api/user"):
            Self.json(
                #"""
                {"kind": "service", "name": "hub-health", "scopes": ["access:servers!user=deployment-service-check",
                "admin:users!user=deployment-service-check", "delete:servers!user=deployment-service-check",
                "servers!user=deployment-service-check"]}
                """#)
        case (_, let path) where path.hasSuffix("/server"): changeServer(request)
        default: account(request)
        }
    }

    private func account(_ request: HubRequest) -> HubAnswer {
        state.withLock { state in
            switch request.method {
            case .post:
                state.hasUser = true
                return HubAnswer(status: 201)
            case .delete:
                guard state.hasUser else { return HubAnswer(status: 404) }
                (state.hasUser, state.server) = (false, .none)
                return HubAnswer(status: 204)
            default:
                guard state.hasUser else { return HubAnswer(status: 404) }
                return Self.json(#"{"name": "deployment-service-check", "servers": \#(poll(&state.server))}"#)
            }
        }
    }

    private func poll(_ server: inout Server) -> String {
        switch server {
        case .none: return "{}"
        case .pending(let polls):
            if let end = play.pollsUntilFailure, polls >= end {
                server = .none
                return "{}"
            }
            if let end = play.pollsUntilReady, polls >= end {
                server = .ready
                return #"{"": {"ready": true, "pending": null}}"#
            }
            server = .pending(polls: polls + 1)
            return #"{"": {"ready": false, "pending": "spawn"}}"#
        case .ready: return #"{"": {"ready": true, "pending": null}}"#
        case .stopping:
            if play.stops { server = .none }
            return #"{"": {"ready": false, "pending": "stop"}}"#
        }
    }

    private func changeServer(_ request: HubRequest) -> HubAnswer {
        state.withLock { state in
            state.server = request.method == .post ? .pending(polls: 0) : .stopping
            return HubAnswer(status: 202)
        }
    }

    private func server(_ request: HubRequest, _ path: String) -> HubAnswer {
        switch (request.method, path.components(separatedBy: "/api/").last ?? "") {
        case (.get, "status"): Self.json(#"{"kernels": 0, "started": "2030-01-01T00:00:00Z"}"#)
        case (.get, "kernelspecs"):
            Self.json(#"{"default": "python3", "kernelspecs": {"python3": {"spec": {"language": "python"}}}}"#)
        case (.post, "kernels"): HubAnswer(status: 201, body: Array(#"{"id": "k-1", "name": "python3"}"#.utf8))
        case (.put, _): HubAnswer(status: 201)
        default: HubAnswer(status: 204)
        }
    }

    private static func json(_ text: String) -> HubAnswer { HubAnswer(body: Array(text.utf8)) }

    package func follow(
        _ request: HubRequest, at address: String, tell: @escaping @Sendable (String) async -> Void
    ) async throws -> Int {
        for event in play.progress { await tell("data: \(event)") }
        state.withLock { $0.isFollowed = true }
        return 200
    }

    // MARK: - The kernel

    package func talk<Result: Sendable>(
        over request: HubRequest, at address: String, _ body: @escaping @Sendable (any HubTalk) async throws -> Result
    ) async throws -> Result {
        if let error = play.talkError { throw error }
        return try await body(Talk(play: play))
    }

    private final class Talk: HubTalk {
        private let play: Play
        private let waiting = Mutex<[String?]>([])

        init(play: Play) { self.play = play }

        func send(_ message: String) async throws {
            struct Message: Decodable {
                struct Header: Decodable {
                    let msgId: String
                    let msgType: String
                }
                struct Content: Decodable { let code: String? }
                let header: Header
                let content: Content
            }
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            let message = try decoder.decode(Message.self, from: Data(message.utf8))
            let id = message.header.msgId
            let answers: [String?] =
                message.header.msgType == "kernel_info_request"
                ? [Self.word("kernel_info_reply", id, #"{"status": "ok"}"#)] : replies(message.content.code ?? "", id)
            waiting.withLock { $0 += answers }
        }

        func next() async throws -> String? {
            let message: String?? = waiting.withLock { $0.isEmpty ? nil : .some($0.removeFirst()) }
            if let message { return message }
            // Nothing more comes; who waits has a limit.
            try await Task.sleep(for: .seconds(3600))
            return nil
        }

        private static func word(_ kind: String, _ id: String, _ content: String) -> String {
            #"{"msg_type": "\#(kind)", "parent_header": {"msg_id": "\#(id)"}, "content": \#(content)}"#
        }

        private func replies(_ code: String, _ id: String) -> [String?] {
            let busy = Self.word("status", id, #"{"execution_state": "busy"}"#)
            let idle = Self.word("status", id, #"{"execution_state": "idle"}"#)
            switch play.reply(code) ?? .prints(Self.python(code)) {
            case .prints(let text):
                let quoted = text.replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
                let stream = Self.word("stream", id, #"{"name": "stdout", "text": "\#(quoted)"}"#)
                return [busy, stream, Self.word("execute_reply", id, #"{"status": "ok"}"#), idle]
            case .raises(let name, let value):
                let content = #"{"ename": "\#(name)", "evalue": "\#(value)", "status": "error"}"#
                return [busy, Self.word("error", id, content), Self.word("execute_reply", id, content), idle]
            case .dies: return [busy, #"{"msg_type": "status", "content": {"execution_state": "restarting"}}"#]
            case .hangsUp: return [busy, nil]
            }
        }

        /// What Python prints for the cells of checks.
        private static func python(_ code: String) -> String {
            if code.contains("hashlib") { return "\"e3b0c442\"\n" }
            if code.contains("os.fsync") { return "written\n" }
            return code.contains("fib(20)") ? "6765\n" : "42\n"
        }
    }
}
