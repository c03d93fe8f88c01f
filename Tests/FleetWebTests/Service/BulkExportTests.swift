import FleetTesting
import Foundation
import Homes
import NIOHTTP1
import Synchronization
import Testing

@testable import FleetWeb

@Suite(.tags(.medium), .timeLimit(.minutes(5)))
struct BulkExportTests {
    private func fixture(_ users: [String] = ["ada", "bob", "root"]) throws -> ServiceFixture {
        var fixture = try ServiceFixture(users)
        fixture.settings.exports = fixture.folder.path + "/exports"
        fixture.hub.facts.withLock { $0.administrators = ["root"] }
        return fixture
    }

    @Test func onlyAdministratorsMay() async throws {
        let fixture = try fixture()
        try await fixture.run { client async throws in
            #expect(try await client.ask("admin", user: "ada").status == 403)
            #expect(try await client.ask("admin/exports", .POST, user: "ada").status == 403)
            #expect(try await client.ask("admin", user: "root").status == 200)
            #expect(try await client.ask("admin/exports", .GET, user: "root").status == 404)
            #expect(try await client.ask("", user: "ada").text.contains("/admin") == false)
            #expect(try await client.ask("", user: "root").text.contains("/admin"))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path + "/exports") == [])
    }

    @Test func withoutAPlaceNothingIsMade() async throws {
        var fixture = try fixture()
        fixture.settings.exports = nil
        try await fixture.run { client async throws in
            let answer = try await client.ask("admin/exports", .POST, user: "root")
            #expect(answer.status == 409)
            #expect(try await client.ask("admin", user: "root").text.contains("--exports"))
        }
    }

    @Test func eachHomeBecomesAnArchiveWithAReceipt() async throws {
        let fixture = try fixture()
        try await fixture.run { client async throws in
            #expect(try await client.ask("admin/exports", .POST, user: "root").status == 303)
            try await eventually("all are done") {
                try await client.ask("admin", user: "root").text.contains("3 of 3 done, 0 failed")
            }
        }
        try expectArchives(fixture, ["ada", "bob", "root"])
        #expect(try fixture.audit().map { $0["action"] } == ["export all"])
        #expect(try fixture.audit().first?["actor"] == "root")
    }

    private func expectArchives(_ fixture: ServiceFixture, _ users: [String]) throws {
        let exports = fixture.folder.path + "/exports"
        let run = try #require(
            FileManager.default.contentsOfDirectory(atPath: exports).first { !$0.hasSuffix(".json") })
        let names = Set(try FileManager.default.contentsOfDirectory(atPath: "\(exports)/\(run)"))
        #expect(names == Set(users.flatMap { ["\($0).zip", "\($0).zip.receipt.json"] }))
        for user in users {
            let archive = "\(exports)/\(run)/\(user).zip"
            var verification = try HomeVerification(archive)
            try verification.compare(with: "\(fixture.folder.path)/homes/\(user)")
            #expect(verification.faults == [])
            let receipt = try SignedReceipt(file: archive + ".receipt.json")
            #expect(receipt.receipt?.root == verification.root)
            #expect(try receipt.isSigned(byKeyIn: fixture.settings.state + "/receipts.pem.pub"))
        }
    }

    @Test func aRunThatWasStoppedGoesOn() async throws {
        let fixture = try fixture()
        try await fixture.run { client async throws in
            #expect(try await client.ask("admin/exports", .POST, user: "root").status == 303)
            try await eventually("all are done") {
                try await client.ask("admin", user: "root").text.contains("3 of 3 done, 0 failed")
            }
        }
        // As a service leaves it that is killed in the second of three homes, and before the third's receipt.
        let exports = fixture.folder.path + "/exports"
        let file = try #require(
            FileManager.default.contentsOfDirectory(atPath: exports).first { $0.hasSuffix(".json") })
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        var run = try decoder.decode(BulkExport.Run.self, from: Data(fixture.folder.read("exports/\(file)").utf8))
        run.finished = nil
        (run.homes[1].state, run.homes[2].state) = (.running, .waiting)
        let encoder = JSONEncoder()
        try encoder.encode(run).write(to: URL(filePath: "\(exports)/\(file)"))
        try FileManager.default.removeItem(atPath: "\(exports)/\(run.name)/bob.zip")
        try FileManager.default.removeItem(atPath: "\(exports)/\(run.name)/bob.zip.receipt.json")
        try FileManager.default.removeItem(atPath: "\(exports)/\(run.name)/root.zip.receipt.json")
        let kept = try FileManager.default.attributesOfItem(atPath: "\(exports)/\(run.name)/ada.zip")[.systemFileNumber]

        try await fixture.run { client async throws in
            let page = try await client.ask("admin", user: "root").text
            #expect(page.contains("It was interrupted") && page.contains("Go on with the archives"))
            #expect(try await client.ask("admin/exports", .POST, user: "root").status == 303)
            try await eventually("all are done") {
                try await client.ask("admin", user: "root").text.contains("3 of 3 done, 0 failed")
            }
        }
        try expectArchives(fixture, ["ada", "bob", "root"])
        let now = try FileManager.default.attributesOfItem(atPath: "\(exports)/\(run.name)/ada.zip")[.systemFileNumber]
        #expect(kept as? Int != nil)
        #expect(now as? Int == kept as? Int, "what was done is not done again")
    }
}
