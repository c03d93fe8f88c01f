import FleetTesting
import Foundation
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
        let text: String?
    }

    let hub: HubProgram.Ready.Hub
    let name: String
    let password: String

    init(_ hub: HubProgram.Ready.Hub, _ name: String, password: String) {
        self.hub = hub
        self.name = name
        self.password = password
    }

    /// Logs in, starts a server and runs code in a kernel.
    func work(_ arguments: String..., code: String? = nil) throws -> Answer {
        try client(arguments + (code.map { ["--code", $0] } ?? []))
    }

    func homePage() throws -> String {
        try #require(try client(["--home-page"]).text)
    }

    /// Works in a real browser, in the same steps.
    func browse(_ arguments: String...) throws -> Answer {
        let python = RealThings.packageRoot + "/.tools/python/bin/python"
        return try run(python, "browser_client.py", arguments)
    }

    private func client(_ arguments: [String]) throws -> Answer {
        try run(hub.environment + "/bin/python", "hub_client.py", arguments)
    }

    private func run(_ python: String, _ script: String, _ arguments: [String]) throws -> Answer {
        let process = Process()
        let clients = URL(filePath: #filePath).deletingLastPathComponent().path + "/Clients/"
        process.executableURL = URL(filePath: python)
        process.arguments = [clients + script, hub.url, "--user", name, "--password-stdin"] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(["PYTHONDONTWRITEBYTECODE": "1"]) { $1 }
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        input.fileHandleForWriting.write(Data((password + "\n").utf8))
        try input.fileHandleForWriting.close()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try JSONDecoder().decode(Answer.self, from: data)
    }
}
