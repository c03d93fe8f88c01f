import FleetTesting
import FleetTools
import Foundation
import Testing

/// Copies of hubs of the real fleet, with their encrypted files opened.
extension HubsSerial {
    @Suite(.needsRealFleet, .needs("sops")) struct RealFleetTests {
        private func up(_ hub: String) async throws -> (program: HubProgram, hub: HubProgram.Ready.Hub) {
            let root = try #require(RealThings.fleet, "the real fleet is missing")
            let program = try await HubProgram(
                [
                    "up", hub, "--local", "-C", root, "--state-dir", HubProgram.sharedState, "--format", "json",
                    "--new-passwords", "--verbose",
                ],
                environment: ["SOPS_AGE_KEY_FILE": root + "/test-age-key.txt"])
            return (program, try #require(try await program.ready().hubs.first))
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
            for process in ProcessTable().processes(with: "HUBFLEET_HUB", hub.folder) {
                #expect(!process.environment.contains { $0.contains("canary-") || $0.hasPrefix("SOPS_AGE") })
            }
        }

        @Test func runsACopyWithHomePageAdministratorsAndRoles() async throws {
            let (program, hub) = try await up("temple/prod")
            #expect(hub.administrators.starts(with: ["jmsmith1@temple.edu", "rebecca.beadling@temple.edu"]))
            #expect(program.messages.contains("secret values") && !program.messages.contains("not decrypted"))
            let page = try await HubUser(hub, "", password: "").homePage()
            #expect(page.contains("Temple University JupyterHub"))
            let admin = HubUser(hub, "jmsmith1@temple.edu", password: try #require(hub.administratorsPassword))
            let answer = try await admin.work("--expect-admin", code: "print('works')")
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
            let (program, hub) = try await up("temple/research")
            let user = HubUser(hub, "someone", password: try #require(hub.usersPassword))
            #expect(
                try await user.work("--profile", "default", code: "import os; print(os.environ['MEM_LIMIT'])").outputs
                    == ["3902839759\n"])
            #expect(
                try await user.work("--profile", "gpu").error != nil,
                "the profile is for a group that the user is not in")
            let admin = HubUser(hub, "laserchemist", password: try #require(hub.administratorsPassword))
            let code = "import os; print(os.environ['NVIDIA_DRIVER_CAPABILITIES'], os.environ['SCRATCH_BUCKET'])"
            #expect(
                try await admin.work("--profile", "gpu", code: code).outputs == [
                    "compute,utility s3://temple-scratch-research/laserchemist\n"
                ])
            expectNoLeak(program, hub)
            #expect(try await program.stop().status == 0)
        }
    }
}
