import Engines
import FleetTesting
import FleetTools
import Foundation
import Logging
import Testing

/// Real hubs in the care of a real keeper, by the program as people run it.
extension HubsSerial {
    @Suite struct KeeperTests {
        private struct Outcome: Decodable {
            let hub: String
            let state: String
            let revision: Int?
            let address: String?
            let health: String?
        }

        private let fleet: TemporaryFolder
        private let state: String

        init() throws {
            fleet = try SampleFleet.write(clusters: ["c": ["prod"]])
            try fleet.write(["fleet.yaml": "name: sample\n"])
            state = "\(HubProgram.sharedState)/keeper-\(UUID().uuidString.prefix(8))"
            // The environment of Python is the one of all tests.
            let environments = HubProgram.sharedState + "/environments"
            try FileWriting.makeFolder(HubProgram.sharedState)
            try FileWriting.makeFolder(environments)
            try FileWriting.makeFolder(state)
            try FileManager.default.createSymbolicLink(
                atPath: state + "/environments", withDestinationPath: environments)
        }

        private func run(_ arguments: String...) async throws -> CommandOutput { try await run(arguments) }

        private func run(_ arguments: [String], in folder: String? = nil) async throws -> CommandOutput {
            try await SubprocessCommandRunner(logger: Logger(label: "test")).run(
                Invocation(
                    HubProgram.path, arguments,
                    environment: [
                        "HUBFLEET_STATE": state, "PATH": RealThings.searchPath, "XDG_CACHE_HOME": fleet.path + "/cache",
                        "CANARY_OF_THE_TEST": "canary-9999-secret",
                    ],
                    workingDirectory: folder ?? fleet.path, timeLimit: .seconds(400)))
        }

        private func deploy(
            _ values: String, _ options: String..., in folder: String? = nil
        ) async throws -> (Int, Outcome, String) {
            let file = "\(folder ?? fleet.path)/config/clusters/c/prod.values.yaml"
            try Data(values.utf8).write(to: URL(filePath: file))
            let output = try await run(["deploy", "c/prod", "--format", "json"] + options, in: folder)
            let outcomes = try #require(
                try? JSONDecoder().decode([Outcome].self, from: Data(output.standardOutput)), "\(output.standardError)")
            return (output.status, try #require(outcomes.first), output.standardError)
        }

        private func title(_ name: String) -> String {
            "jupyterhub: {custom: {homepage: {templateVars: {org: {name: \(name)}}}}}\n"
        }

        private func user(_ outcome: Outcome, _ password: String) throws -> HubUser {
            let address = try #require(outcome.address)
            let port = try #require(URL(string: address)?.port)
            let environments = try FileManager.default.contentsOfDirectory(atPath: state + "/environments")
            let environment = try #require(
                environments.first {
                    FileManager.default.isExecutableFile(atPath: "\(state)/environments/\($0)/bin/jupyter-lab")
                })
            let facts: [String: Any] = [
                "id": "c/prod", "url": outcome.address ?? "", "address": "http://127.0.0.1:\(port)/",
                "administrators": [],
                "log": state + "/log", "configuration": "", "environment": "\(state)/environments/\(environment)",
            ]
            let data = try JSONSerialization.data(withJSONObject: facts)
            return HubUser(try JSONDecoder().decode(HubProgram.Ready.Hub.self, from: data), "ada", password: password)
        }

        /// Runs code in the kernel that the user has had from the beginning.
        private func expect(_ code: String, _ output: String, _ user: HubUser) async throws {
            let answer = try await user.work("--keep", "--same-kernel", code: code)
            let log = (try? String(contentsOfFile: "\(state)/hubs/sample/c/prod/hub.log", encoding: .utf8)) ?? ""
            #expect(answer.outputs == [output], "\(answer.error ?? "") \(log.suffix(6_000))")
        }

        private func killKeeper(_ signal: Int32) throws {
            let holder = try #require(Keeper.running(in: StateFolder(path: state)))
            let number = try #require(holder.split(separator: " ").dropFirst().first.flatMap { Int32($0) })
            _ = kill(number, signal)
        }

        @Test func aDeployedHubIsKept() async throws {
            defer {
                try? killKeeper(SIGKILL)
                ProcessTable().kill {
                    ProcessTable().processes(with: HubFolder.markVariable, "\(state)/hubs/sample/c/prod")
                }
                try? FileManager.default.removeItem(atPath: state)
            }
            let (status, first, said) = try await deploy(title("Alpha"))
            #expect(status == 0 && first.state == "deployed" && first.revision == 1, "\(said)")
            #expect(first.health == "healthy")
            let password = try #require(said.firstMatch(of: /everybody else with (\S+);/)).output.1
            let ada = try user(first, String(password))
            let begun = try await ada.work("--keep", code: "x = 41; open('kept.txt', 'w').write('mine')")
            #expect(begun.error == nil)

            // A change under a running kernel.
            let (_, second, _) = try await deploy(title("Beta"), "--no-health")
            #expect(second.state == "deployed" && second.revision == 2)
            #expect(try await ada.homePage().contains("Beta"))
            try await expect("print(x + 1)", "42\n", ada)
            #expect(try await deploy(title("Beta")).1.state == "unchanged")

            // One that breaks the hub is taken back by itself, with the reason.
            let broken = "jupyterhub: {hub: {concurrentSpawnLimit: many}}\n"
            let (failed, third, why) = try await deploy(broken)
            #expect(failed == 1 && third.state == "rolled back" && third.revision == 2)
            #expect(
                why.contains("c.JupyterHub.concurrent_spawn_limit is set at")
                    && why.contains("c/prod runs with revision 2 again"), "\(why)")
            try await expect("print(x + 2)", "43\n", ada)

            // One after which the hub is ready and no server starts is taken back, too.
            let (ill, fourth, found) = try await deploy("jupyterhub: {singleuser: {startTimeout: 1}}\n")
            #expect(ill == 1 && fourth.state == "rolled back" && fourth.revision == 2 && fourth.health == "unhealthy")
            #expect(found.contains("is not healthy (hub)") && found.contains("timeout"), "\(found)")
            try await expect("print(x + 2)", "43\n", ada)

            // The keeper is killed, and started again: another checkout of the fleet finds the same hub.
            try killKeeper(SIGKILL)
            #expect(String(decoding: try await run("status").standardOutput, as: UTF8.self).contains("no keeper"))
            let clone = try TemporaryFolder()
            try FileManager.default.removeItem(atPath: clone.path)
            try FileManager.default.copyItem(atPath: fleet.path, toPath: clone.path)
            let (_, other, words) = try await deploy(title("Gamma"), in: clone.path)
            #expect(other.state == "deployed" && other.revision == 5, "\(words)")
            try await expect("print(x + 3, open('kept.txt').read())", "44 mine\n", ada)

            #expect(try await run("rollback", "c/prod", "--to", "1", "--reason", "as it was").status == 0)
            #expect(try await ada.homePage().contains("Alpha"))
            let history = String(decoding: try await run("history", "c/prod").standardOutput, as: UTF8.self)
            #expect(history.contains("as it was") && history.contains("revision 3 failed"), "\(history)")
            #expect(history.contains("revision 4 failed: c/prod is not healthy ("), "\(history)")
            let table = String(decoding: try await run("status").standardOutput, as: UTF8.self)
            #expect(table.contains(#/c/prod +running .* 1 .*unchecked/#), "\(table)")

            #expect(try await run("down", "c/prod").status == 0)
            #expect(ProcessTable().processes(with: HubFolder.markVariable, "\(state)/hubs/sample/c/prod").isEmpty)
            let gone = try await run("undeploy", "c/prod", "--reason", "over")
            #expect(gone.status == 0 && gone.standardError.contains("stay in"), "\(gone.standardError)")
            #expect(FileManager.default.fileExists(atPath: "\(state)/hubs/sample/c/prod/homes"))
            #expect(
                String(decoding: try await run("status").standardOutput, as: UTF8.self).contains("not started") == false
            )
            let log = try String(contentsOfFile: state + "/keeper.log", encoding: .utf8)
            #expect(!log.contains("canary-"))
            withExtendedLifetime(clone) {}
        }
    }
}
