import FleetTesting
import FleetTools
import Foundation
import Logging
import Testing

/// A user of a real hub: runs the clients beside this file.
struct HubUser {
    /// What a client found.
    struct Answer: Decodable {
        let error: String?
        let user: String?
        let admin: Bool?
        let outputs: [String]?
        let files: [String]?
        /// What a cell printed in the browser.
        let output: String?
        let text: String?
        /// What a page of somebody else could do that it should not.
        let faults: [String]?
        /// How often what came of its tries.
        let counts: [String: Int]?
        /// What each role saw of the service over plain http.
        let seen: [String: String]?
        /// Whether all of a page is as wide as the window.
        let fits: Bool?
        /// What a browser said of itself when it asked for an archive.
        let requests: [[String: String]]?
    }

    /// The Python that has playwright.
    static let browserPython = RealThings.packageRoot + "/.tools/python/bin/python"

    let hub: HubProgram.Ready.Hub
    let name: String
    let password: String

    init(_ hub: HubProgram.Ready.Hub, _ name: String, password: String) {
        self.hub = hub
        self.name = name
        self.password = password
    }

    /// Logs in, starts a server and runs code in a kernel.
    func work(_ arguments: String..., code: String? = nil) async throws -> Answer {
        try await client(arguments + (code.map { ["--code", $0] } ?? []))
    }

    func homePage() async throws -> String {
        try #require(try await client(["--home-page"]).text)
    }

    /// Works in a real browser, in the same steps.
    func browse(_ arguments: String...) async throws -> Answer {
        try await run(Self.browserPython, "browser_client.py", arguments, at: hub.url)
    }

    /// Downloads their home in a real browser.
    func download(_ arguments: [String]) async throws -> Answer {
        try await run(Self.browserPython, "download_client.py", arguments)
    }

    /// Has people with random names log in and use their servers, each in a browser of their own.
    func manyNames(_ arguments: String...) async throws -> Answer {
        try await run(
            Self.browserPython, "names_client.py", arguments, at: hub.url, timeLimit: .seconds(3 * 3600))
    }

    /// Attacks the download service from the origin that the servers of a hub share.
    func attack(_ arguments: String...) async throws -> Answer {
        try await run(Self.browserPython, "hostile_client.py", arguments, timeLimit: .seconds(1500))
    }

    private func client(_ arguments: [String]) async throws -> Answer {
        try await run(hub.environment + "/bin/python", "hub_client.py", arguments)
    }

    private func run(
        _ python: String, _ script: String, _ arguments: [String], at url: String? = nil,
        timeLimit: Duration = .seconds(400)
    ) async throws -> Answer {
        let clients = URL(filePath: #filePath).deletingLastPathComponent().path + "/Clients/"
        let invocation = Invocation(
            python, [clients + script, url ?? hub.address, "--user", name, "--password-stdin"] + arguments,
            environment: ["PYTHONDONTWRITEBYTECODE": "1"], standardInput: Array((password + "\n").utf8),
            // Longer than the clients' own limits, which say what they waited for.
            timeLimit: timeLimit)
        let output = try await SubprocessCommandRunner(logger: Logger(label: "test")).run(invocation)
        return try JSONDecoder().decode(Answer.self, from: Data(output.standardOutput))
    }
}
