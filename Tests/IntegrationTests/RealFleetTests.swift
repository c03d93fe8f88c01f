import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Logging
import Testing
import Texts

/// Copies of hubs of the real fleet, with their encrypted files opened. What is expected is read from the fleet.
extension HubsSerial {
    @Suite(.needsRealFleet, .needs("sops")) struct RealFleetTests {
        private let root: String

        init() throws {
            root = try #require(RealThings.fleet, "the real fleet is missing")
        }

        private func up(_ hub: String) async throws -> (program: HubProgram, hub: HubProgram.Ready.Hub) {
            let program = try await HubProgram(
                [
                    "up", hub, "--local", "-C", root, "--state-dir", HubProgram.sharedState, "--format", "json",
                    "--new-passwords", "--verbose",
                ], environment: ["SOPS_AGE_KEY_FILE": root + "/test-age-key.txt"])
            return (program, try #require(try await program.ready().hubs.first))
        }

        private func values(_ file: String) throws -> Value {
            let bytes = try #require(FileManager.default.contents(atPath: "\(root)/config/clusters/\(file)"))
            return try #require(YAMLReader.read(bytes, file: file).root)["jupyterhub"]
                ?? Value(
                    .null, at: SourceLocation(file: file))
        }

        /// Every file below a folder that holds an invented secret of the fleet.
        private func leaks(_ folder: String) -> [String] {
            let pattern = /canary-\d{4}-secret/
            let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
            return files.filter { file in
                guard let data = FileManager.default.contents(atPath: "\(folder)/\(file)") else { return false }
                return String(decoding: data, as: UTF8.self).contains(pattern)
            }
        }

        private func expectNoLeak(_ program: HubProgram, _ hub: HubProgram.Ready.Hub) {
            #expect(leaks(hub.folder) == [])
            #expect(!program.output.contains("canary-") && !program.messages.contains("canary-"))
            let processes = ProcessTable().processes(with: "HUBFLEET_HUB", hub.folder)
            #expect(processes.count > 2)
            for process in processes {
                #expect(!process.environment.contains { $0.text.contains("canary-") || $0.hasPrefix("SOPS_AGE") })
            }
        }

        @Test func runsACopyWithHomePageAdministratorsAndRoles() async throws {
            let common = try values("temple/common.values.yaml")
            let names = (common["hub", "config", "Authenticator", "admin_users"]?.list ?? []).compactMap(\.string)
            let organisation = try #require(common["custom", "homepage", "templateVars", "org", "name"]?.string)
            let (program, hub) = try await up("temple/prod")
            #expect(names.count == 2 && hub.administrators.starts(with: names))
            #expect(program.messages.contains("secret values") && !program.messages.contains("not decrypted"))
            #expect(try await HubUser(hub, "", password: "").homePage().contains(organisation))
            let admin = HubUser(hub, names[0], password: try #require(hub.administratorsPassword))
            let answer = try await admin.work("--expect-admin", "--keep", code: "print('works')")
            #expect(answer.outputs == ["works\n"])
            #expect(answer.files?.contains("shared-public") == true)
            let configuration = try String(contentsOfFile: hub.configuration, encoding: .utf8)
            #expect(
                configuration.contains(
                    "{\"name\": \"metrics-exporter-service\", \"scopes\": [\"users\"], \"services\": [\"metrics-exporter\"]}"
                ))
            expectNoLeak(program, hub)
            #expect(try await program.stop().status == 0)
            #expect(leaks(hub.folder) == [])
        }

        @Test func offersTheProfilesOfTheHubByGroup() async throws {
            let research = try values("temple/research.values.yaml")
            let common = try values("temple/common-non-teaching.values.yaml")
            let profiles = try #require(
                (research["singleuser", "profileList"] ?? common["singleuser", "profileList"])?.list)
            let choices = try #require(profiles[0]["profile_options", "requests", "choices"]?.map)
            let memory = try #require(
                choices.first { $0.value["default"]?.bool == true }?.value["kubespawner_override", "mem_limit"]?.integer
            )
            let admin = try #require(research["hub", "config", "Authenticator", "admin_users"]?.list?.first?.string)
            let (program, hub) = try await up("temple/research")
            let user = HubUser(hub, "someone", password: try #require(hub.usersPassword))
            let code = "import os; print(os.environ['MEM_LIMIT'])"
            #expect(try await user.work("--profile", "default", code: code).outputs == ["\(memory)\n"])
            #expect(
                try await user.work("--profile", "gpu").error != nil,
                "the profile is for a group that the user is not in")
            let administrator = HubUser(hub, admin, password: try #require(hub.administratorsPassword))
            let reading =
                "import os; print(os.environ['NVIDIA_DRIVER_CAPABILITIES'], os.environ['SCRATCH_BUCKET'].split('/')[-1])"
            let driver = try #require(
                profiles[1]["kubespawner_override", "environment", "NVIDIA_DRIVER_CAPABILITIES"]?.string)
            #expect(
                try await administrator.work("--profile", "gpu", "--keep", code: reading).outputs == [
                    "\(driver) \(admin)\n"
                ])
            expectNoLeak(program, hub)
            #expect(try await program.stop().status == 0)
        }
    }
}
