import FleetTesting
import FleetTools
import Foundation
import Logging
import Testing
import Texts

/// A user of a real hub who works with curl.
struct CurlUser {
    let name: String
    let hub: HubProgram.Ready.Hub
    private let jar: String

    /// Status and body of an answer.
    struct Answer {
        let status: Int
        let body: String
    }

    init(_ hub: HubProgram.Ready.Hub, _ name: String, in folder: TemporaryFolder) {
        self.hub = hub
        self.name = name
        jar = "\(folder.path)/\(name).cookies"
    }

    var base: String { hub.address.hasSuffix("/") ? String(hub.address.dropLast()) : hub.address }
    var service: String { base + "/services/home-download/" }

    /// Runs curl to its end, however it ends.
    static func curl(_ arguments: [String]) async throws -> (status: Int, output: String) {
        let program = try #require(RealThings.program("curl"))
        let script = "\"$@\"; echo \"exit $?\""
        let invocation = Invocation(
            "/bin/sh", ["-c", script, "sh", program, "-sS"] + arguments, environment: ["PATH": RealThings.searchPath],
            timeLimit: .seconds(120))
        let output = try await SubprocessCommandRunner(logger: Logger(label: "test")).run(invocation)
        let text = String(decoding: output.standardOutput, as: UTF8.self)
        let parts = text.components(separatedBy: "exit ")
        let status = Int(parts.last?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "") ?? -1
        return (status, parts.dropLast().joined(separator: "exit "))
    }

    func ask(_ url: String, _ arguments: String...) async throws -> Answer {
        let (_, output) = try await Self.curl(["-w", "\n%{http_code}", url] + arguments)
        let lines = output.components(separatedBy: "\n")
        return Answer(status: Int(lines.last ?? "") ?? 0, body: lines.dropLast().joined(separator: "\n"))
    }

    private func xsrf() throws -> String {
        let lines = try String(contentsOfFile: jar, encoding: .utf8).split(separator: "\n")
        let cookies = lines.map { $0.split(separator: "\t") }.filter { $0.count == 7 && $0[5] == "_xsrf" }
        return try String(#require(cookies.first { $0[2] == "/hub/" })[6])
    }

    /// Logs in at the hub by its form.
    func logIn(_ password: String) async throws {
        _ = try await ask(base + "/hub/login", "-c", jar, "-b", jar)
        let answer = try await ask(
            base + "/hub/login", "-c", jar, "-b", jar, "--data-urlencode", "username=\(name)", "--data-urlencode",
            "password=\(password)", "--data-urlencode", "_xsrf=\(try xsrf())")
        try #require(answer.status == 302, "\(answer.body.suffix(500))")
        _ = try await ask(base + "/hub/home", "-c", jar, "-b", jar)
    }

    /// A token of this user with one scope.
    func token(_ scope: String) async throws -> String {
        struct Made: Decodable { let token: String }
        let answer = try await ask(
            base + "/hub/api/users/\(name)/tokens", "-c", jar, "-b", jar, "-H", "X-XSRFToken: \(try xsrf())", "-H",
            "Referer: \(base)/hub/token", "--json", "{\"scopes\": [\"\(scope)\"], \"note\": \"test\"}")
        return try JSONDecoder().decode(Made.self, from: Data(answer.body.utf8)).token
    }

    /// What a browser says when a person opens a page or presses a button on it.
    private static let person = ["document", "navigate", "same-origin"].enumerated().flatMap { index, word in
        ["-H", "Sec-Fetch-\(["Dest", "Mode", "Site"][index]): \(word)"]
    }

    /// Downloads with the login of the form and the button of the page, as a browser does, by way of the hub's OAuth.
    func downloadByCookie(to file: String) async throws {
        let cookies = ["-c", jar, "-b", jar]
        let page = try await Self.curl(["-f", "-L", service] + cookies + Self.person).output
        let form = try #require(page.firstMatch(of: /action="([^"]*\.zip)">.*?name="token" value="([^"]*)"/), "\(page)")
        let (status, output) = try await Self.curl(
            ["-f", "-L", "-o", file, "--data", "token=\(form.2)", base + String(form.1)] + cookies + Self.person)
        try #require(status == 0, "\(output)")
    }

    /// The address of the newest archive.
    func archive(_ token: String) async throws -> String {
        let (_, output) = try await Self.curl(
            ["-o", "/dev/null", "-w", "%{redirect_url}", "-H", "Authorization: token \(token)", service + "home.zip"])
        return try #require(output.contains("/archives/") ? output : nil, "\(output)")
    }
}
