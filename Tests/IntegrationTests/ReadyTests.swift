import FleetTesting
import FleetTools
import Foundation
import Logging
import Testing
import Texts

/// "Ready" is true: that hub, and nobody else, answers at its address; what ends is named and comes back.
extension HubsSerial {
    @Suite struct ReadyTests {
        /// An example hub in a state folder of its own, with the Python environment of all tests.
        private func up(
            _ folder: TemporaryFolder, _ name: String, _ arguments: String..., environment: [String: String] = [:]
        )
            async throws -> HubProgram
        {
            let state = folder.path + "/" + name
            try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
            chmod(folder.path, 0o755)
            try FileManager.default.createDirectory(
                atPath: HubProgram.sharedState + "/environments", withIntermediateDirectories: true)
            try? FileManager.default.createSymbolicLink(
                atPath: state + "/environments", withDestinationPath: HubProgram.sharedState + "/environments")
            return try await HubProgram(
                ["up", "--state-dir", state, "--format", "json"] + arguments, environment: environment)
        }

        private func logIn(_ hub: HubProgram.Ready.Hub, at other: HubProgram.Ready.Hub? = nil) async throws -> Bool {
            let user = HubUser(other ?? hub, "ann", password: hub.usersPassword ?? "")
            return try await user.work("--attempt-login-only").error == nil
        }

        private func part(_ name: String, of hub: HubProgram.Ready.Hub) throws -> Int32 {
            let all = ProcessTable().processes(with: "HUBFLEET_HUB", hub.folder)
            return try #require(all.first { $0.environment.contains("HUBFLEET_PART=\(name)".exact) }).id
        }

        @Test func twoThatStartInTheSameSecondAreTwo() async throws {
            let folder = try TemporaryFolder()
            async let first = up(folder, "a")
            async let second = up(folder, "b")
            let programs = try await [first, second]
            let hubs = [try await programs[0].ready(), try await programs[1].ready()].flatMap(\.hubs)
            #expect(Set(hubs.map(\.address)).count == 2)
            for (hub, other) in [(hubs[0], hubs[1]), (hubs[1], hubs[0])] {
                #expect(try await logIn(hub))
                #expect(try await !logIn(hub, at: other), "each has passwords of its own")
            }
            for program in programs { #expect(try await program.stop().status == 0) }
        }

        @Test func whatEndsBesideTheHubIsNamedAndComesBack() async throws {
            let folder = try TemporaryFolder()
            let program = try await up(folder, "a")
            let hub = try #require(try await program.ready().hubs.first)
            for name in ["proxy", "jupyterhub-idle-culler", "home-download"] {
                Foundation.kill(try part(name, of: hub), SIGKILL)
                try await program.say("local/prod: its \(name) ended with status 137; starting it again")
                if name == "proxy" { try await program.say("local/prod can be reached again") }
                #expect(try await logIn(hub))
            }
            // Who is not logged in is led to the login by the service itself: the proxy alone says 502.
            let page = try await CurlUser.curl([
                "-f", "--retry", "20", "--retry-all-errors", "-o", "/dev/null", "-w", "%{http_code}", "-H",
                "Sec-Fetch-Site: none", "-H", "Sec-Fetch-Mode: navigate", "-H", "Sec-Fetch-Dest: document",
                hub.address + "services/home-download/",
            ])
            #expect(page.status == 0 && page.output == "302", "\(page)")
            #expect(try await program.stop().status == 0)
        }

        /// A cell that runs while the hub is killed and started again: its connection is that of before.
        @Test func aRestartOfTheHubCutsNoConnection() async throws {
            let folder = try TemporaryFolder()
            let program = try await up(folder, "a")
            let hub = try #require(try await program.ready().hubs.first)
            let ann = HubUser(hub, "ann", password: try #require(hub.usersPassword))
            async let answer = ann.work(code: "import time; time.sleep(12); print('there')")
            let hubs = ProcessTable().processes(with: "HUBFLEET_HUB", hub.folder)
            let main = try #require(hubs.first { !$0.environment.contains { $0.hasPrefix("HUBFLEET_PART=".exact) } })
            try await Task.sleep(for: .seconds(8))
            Foundation.kill(main.id, SIGKILL)
            try await program.say("is ready after", times: 2)
            #expect(try await answer.outputs == ["there\n"])
            #expect(try await program.stop().status == 0)
        }

        /// What a server of a user can see of the hub: neither its files nor variables of the account that runs it.
        @Test func aServerHasNothingOfTheHub() async throws {
            let folder = try TemporaryFolder()
            let canaries = ["AWS_SECRET_ACCESS_KEY", "SOPS_AGE_KEY", "GOOGLE_APPLICATION_CREDENTIALS", "SOMETHING"]
            let program = try await up(
                folder, "a", environment: Dictionary(uniqueKeysWithValues: canaries.map { ($0, "canary-of-\($0)") }))
            let hub = try #require(try await program.ready().hubs.first)
            let ann = HubUser(hub, "ann", password: try #require(hub.usersPassword))
            let look = """
                import os, glob
                found = [v for v in os.environ.values() if "canary" in v]
                for pid in (os.getpid(), os.getppid()):
                    for link in glob.glob(f"/proc/{pid}/fd/*"):
                        try: target = os.readlink(link)
                        except OSError: continue
                        if "hub.log" in target or target.startswith("/") and not target.startswith((os.environ["HOME"], os.path.dirname(os.environ["JUPYTER_RUNTIME_DIR"]), "/dev/", "/usr/", "/proc/")):
                            found.append(target)
                print(found)
                """
            #expect(try await ann.work("--keep", code: look).outputs == ["[]\n"])
            for entry in ProcessTable().processes(with: "HUBFLEET_HUB", hub.folder) {
                #expect(!entry.environment.contains { $0.text.contains("canary") }, "\(entry.id)")
            }
            #expect(try await program.stop().status == 0)
        }

        /// As `scripts/check-long ups` does two hundred times.
        @Test func startsBesideOthersWhoWantItsPorts() async throws {
            let script = RealThings.packageRoot + "/scripts/long/ups.py"
            try FileManager.default.createDirectory(
                atPath: HubProgram.sharedState + "/environments", withIntermediateDirectories: true)
            let output = try await SubprocessCommandRunner(logger: Logger(label: "test")).run(
                Invocation(
                    "python3",
                    [
                        script, HubProgram.path, "--environments", HubProgram.sharedState + "/environments", "--count",
                        "6",
                        "--seed", "\(RandomRun.seed(1))",
                    ],
                    environment: ["PATH": RealThings.searchPath, "CI": "true"], timeLimit: .seconds(900)))
            #expect(output.status == 0, "\(output.text)\n\(output.standardError)")
        }
    }
}
