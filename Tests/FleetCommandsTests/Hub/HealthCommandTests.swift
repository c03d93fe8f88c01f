import ArgumentParser
import FleetTesting
import FleetTools
import Foundation
import Testing

@testable import FleetCommands

/// `health`, with hubs that are played.
@Suite(.tags(.medium))
struct HealthCommandTests {
    /// A fleet with hubs elsewhere; the values of some hold the token of the service.
    private func sample(_ visits: any HubVisits = PlayedHub()) throws -> CommandCase {
        let folder = try TemporaryFolder()
        let token = "jupyterhub: {hub: {services: {hub-health: {apiToken: canary-1234-secret}}}}\n"
        try folder.write([
            "helm-charts/basehub/Chart.yaml": "name: basehub\n", "helm-charts/basehub/values.yaml": "jupyterhub: {}\n",
            "config/clusters/c/cluster.yaml": """
            name: c
            provider: kubeconfig
            kubeconfig: {file: enc-k.secret.yaml}
            metadata: {}
            hubs:
              - {name: a, domain: a.example.org, helm_chart: basehub, helm_chart_values_files: [token.yaml]}
              - {name: b, domain: b.example.org, helm_chart: basehub, helm_chart_values_files: [none.yaml]}

            """,
            "config/clusters/c/token.yaml": token, "config/clusters/c/none.yaml": "{}\n",
            "config/clusters/c/enc-k.secret.yaml": "{}", "config/clusters/l/none.yaml": "{}\n",
            "config/clusters/l/cluster.yaml": """
            name: l
            provider: local
            hubs:
              - {name: here, helm_chart: basehub, helm_chart_values_files: [none.yaml]}

            """,
        ])
        var sample = CommandCase(folder: folder)
        sample.environment = ["HUBFLEET_STATE": folder.path + "/state"]
        sample.time = ManualTime(movement: .bySleeping)
        sample.visits = visits
        return sample
    }

    private func hub(_ path: String, _ answer: HubAnswer) -> PlayedHub {
        var play = PlayedHub.Play()
        play.answer = { _, asked in asked == path ? answer : nil }
        return PlayedHub(play)
    }

    /// - Returns: the exit status; nil when the command ends well.
    private func status(_ sample: CommandCase, _ arguments: String...) async throws -> Int32? {
        do {
            try await sample.run(["health"] + arguments)
            return nil
        } catch let code as ExitCode {
            return code.rawValue
        }
    }

    @Test func saysThatAHubIsHealthy() async throws {
        let table = try sample()
        #expect(try await status(table, "c/a") == nil)
        let lines = table.output.results.components(separatedBy: "\n")
        #expect(lines.first == "STAGE     RESULT  SECONDS  NOTE")
        #expect(lines.contains("hub       passed  0.0      JupyterHub 5.5.4"))
        #expect(lines.last?.hasPrefix("c/a is healthy, after 10.") == true)
        #expect(table.output.messages.contains("c/a: waiting for a kernel to answer …"))
    }

    @Test func theJSONHasAllThatIsKnown() async throws {
        struct Sheet: Decodable {
            struct Stage: Decodable, Equatable {
                let stage: String
                let passed: Bool
                let seconds: Double
                let note: String?
            }
            struct Hub: Decodable {
                let hub: String
                let health: String
                let subject: String?
                let failedStage: String?
                let stages: [Stage]
                let began: String
                let jupyterhub: String
            }
            let hubs: [Hub]
        }
        let sample = try sample(hub("/hub/login", HubAnswer(status: 500)))
        #expect(try await status(sample, "c/a", "--format", "json") == 1)
        let sheet = try JSONDecoder().decode(Sheet.self, from: Data(sample.output.results.utf8))
        let found = try #require(sheet.hubs.first)
        #expect([found.hub, found.health, found.jupyterhub] == ["c/a", "unhealthy", "5.5.4"])
        #expect(found.subject == "hub" && found.failedStage == "login" && found.began == "2030-01-01T00:00:00Z")
        #expect(found.stages.last == Sheet.Stage(stage: "login", passed: false, seconds: 0, note: nil))
    }

    @Test func theStatusSaysHowTheHubsAre() async throws {
        let broken = hub("/hub/login", HubAnswer(status: 500))
        #expect(try await status(sample(broken), "c/a") == 1)
        #expect(try await status(sample(broken), "c") == 1)
        // Without a token the API is not asked; the check of the other one ends with its API.
        #expect(try await status(sample(), "c") == 4)
        #expect(try await status(sample(), "c/b", "--stage", "login") == nil)
        let refusing = hub("/hub/api/user", HubAnswer(status: 401))
        #expect(try await status(sample(refusing), "c") == 3)
        let missing = try sample()
        #expect(try await status(missing, "l/here") == 4)
        #expect(missing.output.results.contains("it was never started on this machine"))
    }

    @Test func noTokenIsShown() async throws {
        let said = HubAnswer(status: 500, body: Array(#"{"message": "no canary-1234-secret"}"#.utf8))
        for visits in [PlayedHub(), hub("/hub/api/user", said)] {
            for format in ["table", "json"] {
                let sample = try sample(visits)
                _ = try await status(sample, "c/a", "--format", format)
                #expect(!"\(sample.output.results)\(sample.output.messages)".contains("canary"))
            }
        }
    }

    @Test func refusesWhatCannotBeMeant() async throws {
        let sample = try sample()
        try sample.folder.write(["token": "two words\n"])
        let wrong: [[String]] = [
            ["health"], ["health", "c", "--token-file", "token"], ["health", "c/a", "--token-file", "token"],
            ["health", "c", "--address", "http://127.0.0.1:1/"],
            ["health", "c/a", "--address", "http://canary-1-secret@127.0.0.1/"], ["health", "c/a", "--stage", "half"],
            ["health", "c/a", "--timeout", "0"], ["health", "c/a", "--every", "1"],
            ["health", "c/a", "--notebook", "token"],
            ["health", "nobody"],
        ]
        for arguments in wrong {
            await #expect(throws: (any Error).self, "\(arguments)") { try await sample.run(arguments) }
        }
        #expect(sample.output.results == "")
    }
}
