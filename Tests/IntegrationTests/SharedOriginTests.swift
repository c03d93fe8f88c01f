import FleetTesting
import Foundation
import Testing

/// A page of another user, which has the address of the hub and so its cookies, against the download service.
extension HubsSerial {
    @Suite struct SharedOriginTests {
        /// All is tried by `scripts/check-long origin`, which takes a quarter of an hour; with each change, what the most
        /// powerful person's browser does on https.
        private static let isLong = ProcessInfo.processInfo.environment["HUBFLEET_LONG"] != nil
        private static let roles = isLong ? ["user", "other", "administrator"] : ["administrator"]
        private static let schemes = isLong ? ["http", "https"] : ["https"]

        @Test(
            .needs("chromium"), .needs("openssl"), .timeLimit(.minutes(60)),
            .enabled(
                if: RealThings.isRequired || FileManager.default.isExecutableFile(atPath: HubUser.browserPython),
                "playwright is not installed; scripts/tools installs it"))
        func aPageOfAnotherUserGetsNothing() async throws {
            let running = try await HubWithHomes.start(["ann", "bob", "eve", "admin"], size: 1 << 20)
            defer { running.forget() }
            let hub = running.hub
            let passwords = "\(try #require(hub.usersPassword))\n\(try #require(hub.administratorsPassword))"
            let answer = try await HubUser(hub, "eve", password: passwords).attack(
                "--roles", Self.roles.joined(separator: ","), "--schemes", Self.schemes.joined(separator: ","))
            #expect(answer.error == nil, "\(answer.error ?? "")")
            let table = answer.text ?? ""
            if let folder = ProcessInfo.processInfo.environment["HUBFLEET_SCREENSHOTS"] {
                try Data(table.utf8).write(to: URL(filePath: folder + "/shared-origin.txt"))
            }
            #expect(answer.faults == [], "\(table)")
            // The tries reached the service, and were told no.
            let counts = try #require(answer.counts)
            print("a page of another user: \(counts)")
            let rounds = Self.roles.count * Self.schemes.count
            #expect(counts["refused", default: 0] > 200 * rounds, "\(counts)")
            // On plain http no page is given away that could be opened.
            let safe = Self.schemes.contains("https") ? Self.roles.count : 0
            #expect(counts["opened, unread", default: 0] > 10 * safe, "\(counts)")
            for role in Self.roles where Self.schemes.contains("http") {
                #expect(answer.seen?[role]?.contains("https") == true, "\(role): \(answer.seen?[role] ?? "")")
                #expect(answer.seen?[role]?.contains("Home of") == false, "\(role)")
            }
            // Nothing was begun: the only downloads are those that people asked for, with the button.
            #expect(try FileManager.default.contentsOfDirectory(atPath: hub.folder + "/exports") == [])
            let log = try String(contentsOfFile: hub.folder + "/downloads/audit.jsonl", encoding: .utf8)
            #expect(log.split(separator: "\n").count == Self.roles.count, "\(log)")
            #expect(try await running.program.stop().status == 0)
        }
    }
}
