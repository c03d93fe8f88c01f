import FleetTesting
import FleetTools
import Foundation
import Logging
import Testing

/// Over real HTTP, to a server that says what it was asked.
@Suite(.tags(.medium), .timeLimit(.minutes(20)))
struct HTTPHubAPITests {
    private static let server = """
        import http.server, time
        class Echo(http.server.BaseHTTPRequestHandler):
            def do_POST(self): self.do_GET()
            def do_GET(self):
                form = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                text = "|".join([self.command, self.path, self.headers.get("Authorization") or "", form]).encode()
                self.send_response(403 if "refused" in self.path else 200)
                self.send_header("Content-Length", str(len(text) + ("endless" in self.path)))
                self.end_headers()
                self.wfile.write(text)
                if "endless" in self.path: time.sleep(200)
            def log_message(self, *rest): pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
        print(server.server_port, flush=True)
        server.serve_forever()
        """

    /// Runs the server while `body` asks it, and stops it then.
    private func withServer(_ body: @escaping @Sendable (String) async throws -> Void) async throws {
        let (ports, continuation) = AsyncStream.makeStream(of: String.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let runner = SubprocessCommandRunner(logger: Logger(label: "test"))
                _ = try await runner.run(Invocation("python3", ["-c", Self.server], timeLimit: .seconds(240))) {
                    continuation.yield($0.text)
                }
                continuation.finish()
            }
            for await port in ports {
                try await body("http://127.0.0.1:\(port)/hub/api/")
                break
            }
            group.cancelAll()
        }
    }

    @Test func sendsWhatTheRequestSays() async throws {
        try await withServer { address in
            let user = try await HTTPHubAPI().answer(to: .user("ann b", token: "own"), at: address)
            #expect(user == HubAnswer(body: Array("GET|/hub/api/users/ann%20b|token own|".utf8)))
            let form = HubRequest(.post, "/refused", form: [.init("a b", "c&d"), .init("e", "é")])
            let refused = try await HTTPHubAPI().answer(to: form, at: address)
            #expect(refused == HubAnswer(status: 403, body: Array("POST|/hub/api/refused||a%20b=c%26d&e=%C3%A9".utf8)))
        }
    }

    /// The limit holds for the whole answer; of a hub's health, the status says all.
    @Test func anAnswerThatNeverEndsIsNone() async throws {
        try await withServer { address in
            let request = HubRequest(.get, "/endless", timeLimit: .milliseconds(300))
            await #expect(throws: HubAPIError.noAnswer(address: address)) {
                try await HTTPHubAPI().answer(to: request, at: address)
            }
            #expect(await HTTPHubAPI().isHealthy(at: address + "endless"))
        }
    }

    @Test func whoeverIsCancelledHearsThat() async throws {
        try await withServer { address in
            let task = Task { try await HTTPHubAPI().answer(to: HubRequest(.get, "/endless"), at: address) }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test func saysThatNobodyAnswers() async throws {
        let port = try PortListener().port
        let address = "http://127.0.0.1:\(port)/hub/api"
        await #expect(throws: HubAPIError.noAnswer(address: address)) {
            try await HTTPHubAPI().answer(to: .health, at: address)
        }
    }
}
