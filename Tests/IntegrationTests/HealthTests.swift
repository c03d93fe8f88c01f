import FleetTesting
import FleetTools
import Foundation
import Testing
import Texts

/// Checks of real hubs that are served meanwhile.
extension HubsSerial {
    @Suite struct HealthTests {
        private static let isLong = ProcessInfo.processInfo.environment["HUBFLEET_LONG"] != nil

        /// Healthy first, then with one fault after the other, and healthy in the end.
        @Test func aHubIsHealthyAndEachFaultIsNamed() async throws {
            let bed = try await HealthBed()
            let first = try await bed.check()
            #expect(first.status == 0 && first.verdict.health == "healthy", "\(first.said)")
            #expect(first.verdict.seconds < 90)
            #expect(first.verdict.stages.count == 12 && first.verdict.jupyterhub != nil)
            let tokens = try bed.tokens().values
            for fault in Self.isLong ? HealthFault.quick + HealthFault.slow : HealthFault.quick {
                try await fault.plant(bed)
                let check: HealthBed.Check
                do { check = try await bed.check(fault.arguments(bed)) } catch {
                    Issue.record("\(fault.name): \(error)")
                    try await fault.mend(bed)
                    continue
                }
                try await fault.mend(bed)
                let verdict = check.verdict
                #expect(check.status == 1 && verdict.health == "unhealthy", "\(fault.name): \(check.said)")
                #expect(verdict.subject == fault.subject, "\(fault.name): \(check.said)")
                #expect(fault.stage == nil || verdict.failedStage == fault.stage, "\(fault.name): \(check.said)")
                #expect(
                    verdict.reason?.contains(fault.text) == true || fault.text.isEmpty, "\(fault.name): \(check.said)")
                #expect(!check.said.contains("canary") && !tokens.contains { check.said.contains($0) }, "\(fault.name)")
                if Self.isLong { print("\(fault.name): \(verdict.seconds) s, \(verdict.reason ?? "")") }
            }
            try await bed.stop()
        }

        /// A check that is killed leaves its server; the next one sweeps it. Two at once do not meet. Nobody else notices.
        @Test func aCheckThatIsKilledHarmsNobody() async throws {
            let bed = try await HealthBed()
            let killed = try await HubProgram(bed.arguments)
            try await killed.say("waiting for a kernel")
            let second = try await bed.check()
            #expect(second.status == 4 && second.verdict.health == "unchecked")
            #expect(second.verdict.reason?.contains("another check is at work: process \(killed.id)") == true)
            killed.kill(SIGKILL)
            _ = try await killed.end()
            let swept = try await bed.check(["--stage", "spawn"])
            #expect(swept.status == 0 && swept.verdict.health == "partly", "\(swept.said)")
            #expect(swept.verdict.stages.first { $0.stage == "user" }?.note == "swept what an earlier check left")
            let login = try await HubUser(bed.hub, "deployment-service-check", password: bed.hub.usersPassword ?? "")
                .work("--attempt-login-only")
            #expect(login.error != nil, "nobody logs in as the user of checks")
            let processes = ProcessTable().processes(with: "HUBFLEET_HUB", bed.hub.folder)
            #expect(!processes.contains { $0.environment.contains { $0.hasPrefix("JUPYTERHUB_USER=deploy") } })
            try await bed.stop()
            let down = try await bed.check()
            #expect(down.status == 1 && down.verdict.subject == "hub" && down.verdict.failedStage == "hub")
        }
    }
}
