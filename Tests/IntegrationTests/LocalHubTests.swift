import FleetTesting
import FleetTools
import Foundation
import Testing
import Texts

/// Hubs of a new fleet, as people use and break them.
extension HubsSerial {
    @Suite struct LocalHubTests {
        private func newFleet() async throws -> TemporaryFolder {
            let folder = try TemporaryFolder()
            let made = try await HubProgram.run(["init", folder.path + "/fleet"])
            try #require(made.status == 0, "\(made.messages)")
            return folder
        }

        private func up(_ folder: TemporaryFolder, _ arguments: String..., environment: [String: String] = [:])
            async throws -> HubProgram
        {
            try await HubProgram(
                ["up", "-C", folder.path + "/fleet", "--state-dir", HubProgram.sharedState, "--format", "json"]
                    + arguments,
                environment: environment)
        }

        private func processes(_ hub: HubProgram.Ready.Hub) -> [ProcessTable.Entry] {
            ProcessTable().processes(with: "HUBFLEET_HUB", hub.folder)
        }

        private func forget(_ hub: HubProgram.Ready.Hub) {
            let fleet = URL(filePath: hub.folder).deletingLastPathComponent().deletingLastPathComponent()
            try? FileManager.default.removeItem(at: fleet)
        }

        private func hubProcess(_ hub: HubProgram.Ready.Hub) throws -> Int32 {
            let found = processes(hub).first { entry in
                let line = FileManager.default.contents(atPath: "/proc/\(entry.id)/cmdline") ?? Data()
                return String(decoding: line, as: UTF8.self).contains("\0jupyterhub\0--config")
            }
            return try #require(found).id
        }

        @Test func peopleLogInAndRunCodeAndFindTheirHomesAgain() async throws {
            let folder = try await newFleet()
            let first = try await up(folder, "local/staging")
            let hub = try #require(try await first.ready().hubs.first)
            defer { forget(hub) }
            let (users, administrators) = (try #require(hub.usersPassword), try #require(hub.administratorsPassword))
            let ann = HubUser(hub, "ann", password: users)
            #expect(try await ann.homePage().contains("This is the staging hub"))
            // Users' servers cannot write what they compile, so that it must be there.
            let modules = try FileManager.default.subpathsOfDirectory(atPath: hub.environment + "/lib")
            #expect(modules.contains { $0.contains("/jupyter_server/__pycache__/serverapp.") })

            let answer = try await ann.work(code: "open('kept.txt', 'w').write('hello'); print(6 * 7)")
            #expect(answer.error == nil)
            #expect(answer.outputs == ["42\n"])
            #expect(answer.admin == false)
            #expect(answer.files?.contains("kept.txt") == true && answer.files?.contains("shared-readwrite") == false)

            let admin = HubUser(hub, "admin", password: administrators)
            #expect(
                try await admin.work(
                    "--expect-admin", code: "open('shared-readwrite/all.txt', 'w').write('x'); print('ok')"
                ).outputs == ["ok\n"])
            #expect(try await ann.work(code: "print(open('shared/all.txt').read())").outputs == ["x\n"])
            for wrong in [
                HubUser(hub, "admin", password: users), HubUser(hub, "ann", password: administrators),
                HubUser(hub, "ann", password: ""),
            ] {
                #expect(try await wrong.work("--attempt-login-only").error != nil)
            }
            #expect(try await up(folder, "local/staging").end() == 1)

            let (status, duration) = try await first.stop()
            #expect(status == 0)
            #expect(duration < .seconds(10))
            #expect(processes(hub) == [])

            let second = try await up(folder, "local/staging")
            let again = try #require(try await second.ready().hubs.first)
            #expect(again.usersPassword == nil)
            #expect(again.url == hub.url)
            #expect(
                try await HubUser(again, "ann", password: users).work(code: "print(open('kept.txt').read())").outputs
                    == ["hello\n"])
            #expect(try await second.stop(SIGINT).status == 0)
        }

        @Test func survivesTheEndOfItsHubAndOfHubfleetItself() async throws {
            let folder = try await newFleet()
            let first = try await up(folder, "local/staging")
            let hub = try #require(try await first.ready().hubs.first)
            defer { forget(hub) }
            let ann = HubUser(hub, "ann", password: try #require(hub.usersPassword))
            let pid = try #require(try await ann.work("--keep", code: "import os; print(os.getppid())").outputs?.first)

            Foundation.kill(try hubProcess(hub), SIGKILL)
            try await first.say("starting it again")
            try await first.say("is ready after", times: 2)
            #expect(
                try await ann.work("--keep", code: "import os; print(os.getppid())").outputs?.first == pid,
                "the server is another one")

            first.kill(SIGKILL)
            #expect(try await first.end() == 128 + SIGKILL)
            #expect(processes(hub).isEmpty == false)
            let second = try await up(folder, "local/staging")
            let again = try #require(try await second.ready().hubs.first)
            #expect(
                second.messages.contains(
                    "an earlier run was killed; its hub is replaced, servers of users that go on: 1"))
            #expect(again.url == hub.url)
            #expect(
                try await ann.work(code: "import os; print(os.getppid())").outputs?.first == pid,
                "the server is another one")

            #expect(try await second.stop().status == 0)
            #expect(processes(hub) == [])
        }

        @Test func twoHubsRunSideBySide() async throws {
            let folder = try await newFleet()
            let program = try await up(folder)
            let ready = try await program.ready()
            #expect(ready.hubs.map(\.id) == ["local/staging", "local/prod"])
            #expect(Set(ready.hubs.map(\.url)).count == 2)
            for hub in ready.hubs {
                let user = HubUser(hub, "ann", password: try #require(hub.usersPassword))
                #expect(
                    try await user.work("--profile", "notebook", code: "import os; print(os.environ['HUBFLEET_HUB'])")
                        .outputs == ["\(hub.folder)\n"]
                        || hub.id == "local/staging")
            }
            Foundation.kill(try hubProcess(ready.hubs[0]), SIGSTOP)
            #expect(
                try await HubUser(ready.hubs[1], "ann", password: try #require(ready.hubs[1].usersPassword)).work(
                    "--attempt-login-only"
                ).error == nil)
            let (status, duration) = try await program.stop()
            #expect(status == 0)
            #expect(duration < .seconds(10), "a hub that hangs must not hold up the end")
            for hub in ready.hubs {
                #expect(processes(hub) == [])
                forget(hub)
            }
        }

        @Test func saysWhyAHubDoesNotStart() async throws {
            let folder = try await newFleet()
            let staging = "fleet/config/clusters/local/staging.values.yaml"
            try folder.write([staging: "jupyterhub: {hub: {concurrentSpawnLimit: many}}\n"])
            let broken = try await up(folder, "local/staging")
            #expect(try await broken.end(within: .seconds(200)) == 1)
            #expect(broken.messages.contains("local/staging ended at its start with status"))
            let place = "config/clusters/local/staging.values.yaml:1:42"
            #expect(broken.messages.contains("c.JupyterHub.concurrent_spawn_limit is set at \(place)"))
            #expect(broken.output.isEmpty)

            let listener = try PortListener()
            try folder.write([staging: ""])
            let busy = try await up(folder, "local/staging", "--port", "\(listener.port)")
            #expect(try await busy.end() == 1)
            #expect(busy.messages.contains("port \(listener.port) is in use by"))
            #expect(busy.messages.contains("(process \(getpid()))"))
        }

        @Test(.needs("uv")) func aFirstRunWithoutNetworkLeavesNothing() async throws {
            let folder = try await newFleet()
            let state = folder.path + "/state"
            let program = try await HubProgram(
                ["up", "-C", folder.path + "/fleet", "--state-dir", state],
                environment: [
                    "HTTPS_PROXY": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9", "UV_NO_CACHE": "1",
                    "UV_HTTP_RETRIES": "0",
                ])
            #expect(try await program.end(within: .seconds(200)) == 1)
            #expect(program.messages.contains("the package index cannot be reached"), "\(program.messages)")
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: state + "/environments").filter {
                    !$0.hasSuffix(".lock")
                } == [])
        }

        @Test(.needs("uv")) func anInstallationThatWasKilledIsMadeAnew() async throws {
            let folder = try await newFleet()
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
            let arguments = [
                "up", "local/staging", "-C", folder.path + "/fleet", "--state-dir", folder.path + "/state", "--format",
                "json",
            ]
            let killed = try await HubProgram(arguments)
            let environments = folder.path + "/state/environments"
            func started() -> Bool {
                let names = (try? FileManager.default.contentsOfDirectory(atPath: environments)) ?? []
                return names.contains { FileManager.default.fileExists(atPath: "\(environments)/\($0)/bin/python") }
            }
            while !started() { try await Task.sleep(for: .milliseconds(20)) }
            killed.kill(SIGKILL)
            _ = try await killed.end()
            let program = try await HubProgram(arguments)
            let hub = try #require(try await program.ready().hubs.first)
            #expect(
                try await HubUser(hub, "ann", password: try #require(hub.usersPassword)).work("--attempt-login-only")
                    .user == "ann")
            #expect(try await program.stop().status == 0)
        }

        @Test(.needs("setpriv"), .enabled(if: getuid() == 0, "not root: then all other tests show it"))
        func runsForSomebodyWhoIsNotRoot() async throws {
            let folder = try await newFleet()
            let state = try TemporaryFolder()
            for path in [folder.path, state.path] {
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o755, .ownerAccountID: 1234, .groupOwnerAccountID: 1234], ofItemAtPath: path)
            }
            let program = try await HubProgram(
                [
                    "up", "local/staging", "-C", folder.path + "/fleet", "--state-dir", state.path + "/s", "--format",
                    "json",
                ],
                environment: ["HOME": state.path, "PATH": RealThings.searchPath],
                launcher: ["setpriv", "--reuid=1234", "--regid=1234", "--clear-groups"])
            let hub = try #require(try await program.ready().hubs.first)
            let answer = try await HubUser(hub, "ann", password: try #require(hub.usersPassword)).work(
                code: "import os; print(os.getuid())")
            #expect(answer.outputs == ["1234\n"])
            #expect(program.messages.contains("all servers run as you"))
            #expect(try await program.stop().status == 0)
            #expect(processes(hub) == [])
        }

        @Test(
            .needs("chromium"),
            .enabled(
                if: RealThings.isRequired || FileManager.default.isExecutableFile(atPath: HubUser.browserPython),
                "playwright is not installed; scripts/tools installs it"))
        func worksInARealBrowser() async throws {
            let folder = try await newFleet()
            let program = try await up(folder, "local/prod")
            let hub = try #require(try await program.ready().hubs.first)
            defer { forget(hub) }
            let answer = try await HubUser(hub, "ann", password: try #require(hub.usersPassword)).browse(
                "--code", "print(6 * 7)")
            #expect(answer.error == nil)
            #expect(answer.output?.contains("42") == true)
            #expect(try await program.stop().status == 0)
        }
    }
}
