import FleetTesting
import Foundation
import Homes
import NIOHTTP1
import Receipts
import Synchronization
import Testing
import Texts

@testable import FleetWeb

@Suite(.tags(.medium), .timeLimit(.minutes(20)))
struct ExportJobTests {
    private func fixture(_ users: [String] = ["ada", "bob", "root"]) throws -> ServiceFixture {
        var fixture = try ServiceFixture(users)
        fixture.settings.exports = fixture.folder.path + "/exports"
        fixture.hub.facts.withLock { $0.administrators = ["root"] }
        return fixture
    }

    @Test func onlyAdministratorsMay() async throws {
        let fixture = try fixture()
        let client = try fixture.routerClient()
        #expect(try await client.ask("admin", user: "ada").status == 403)
        #expect(try await client.ask("admin/exports", .POST, user: "ada").status == 403)
        #expect(try await client.ask("admin", user: "root").status == 200)
        #expect(try await client.ask("admin/exports", .GET, user: "root").status == 404)
        #expect(try await client.ask("", user: "ada").text.contains("/admin") == false)
        #expect(try await client.ask("", user: "root").text.contains("/admin"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path + "/exports") == [])
    }

    @Test func aBrowserIsAskedOnceMore() async throws {
        let fixture = try fixture()
        let browser = try fixture.browser(of: "root", fixture.routerClient())
        let exports = fixture.folder.path + "/exports"
        let question = try await browser.press("admin/exports", on: try await browser.open("admin").text)
        #expect(question.status == 200 && question.text.contains("of all homes of this hub?"))
        #expect(try await browser.open("admin").text.contains(">Make archives of all homes<"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: exports) == [])
        let sure = try await browser.press("admin/exports", on: question.text, ["sure": "yes"])
        #expect(sure.status == 303 && sure.location == "/services/home-download/admin")
        _ = try await page(browser.client, says: "3 of 3 done, 0 failed")
    }

    @Test func withoutAPlaceNothingIsMade() async throws {
        var fixture = try fixture()
        fixture.settings.exports = nil
        let client = try fixture.routerClient()
        let answer = try await client.ask("admin/exports", .POST, user: "root")
        #expect(answer.status == 409)
        #expect(try await client.ask("admin", user: "root").text.contains("--exports"))
    }

    @Test func eachHomeBecomesAnArchiveWithAReceipt() async throws {
        let fixture = try fixture()
        let client = try fixture.routerClient()
        #expect(try await client.ask("admin/exports", .POST, user: "root").status == 303)
        _ = try await page(client, says: "3 of 3 done, 0 failed")
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
        let client = try fixture.routerClient()
        #expect(try await client.ask("admin/exports", .POST, user: "root").status == 303)
        _ = try await page(client, says: "3 of 3 done, 0 failed")
        // As a service leaves it that is killed in the second of three homes, and before the third's receipt.
        let exports = fixture.folder.path + "/exports"
        let file = try #require(
            FileManager.default.contentsOfDirectory(atPath: exports).first { $0.hasSuffix(".json") })
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        var run = try decoder.decode(AllHomesRun.self, from: Data(fixture.folder.read("exports/\(file)").utf8))
        run.finished = nil
        (run.homes[1].state, run.homes[2].state) = (.running, .waiting)
        let encoder = JSONEncoder()
        try encoder.encode(run).write(to: URL(filePath: "\(exports)/\(file)"))
        try FileManager.default.removeItem(atPath: "\(exports)/\(run.name)/bob.zip")
        try FileManager.default.removeItem(atPath: "\(exports)/\(run.name)/bob.zip.receipt.json")
        try FileManager.default.removeItem(atPath: "\(exports)/\(run.name)/root.zip.receipt.json")
        let kept = try FileManager.default.attributesOfItem(atPath: "\(exports)/\(run.name)/ada.zip")[.systemFileNumber]

        let restarted = try fixture.routerClient()
        let interrupted = try await restarted.ask("admin", user: "root").text
        #expect(interrupted.contains("It was interrupted") && interrupted.contains("Go on with the archives"))
        #expect(try await restarted.ask("admin/exports", .POST, user: "root").status == 303)
        _ = try await page(restarted, says: "3 of 3 done, 0 failed")
        try expectArchives(fixture, ["ada", "bob", "root"])
        let now = try FileManager.default.attributesOfItem(atPath: "\(exports)/\(run.name)/ada.zip")[.systemFileNumber]
        #expect(kept as? Int != nil)
        #expect(now as? Int == kept as? Int, "what was done is not done again")
    }

    /// The folders of runs.
    private func runs(_ fixture: ServiceFixture) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path + "/exports")
            .filter { !$0.hasSuffix(".json") }.sorted()
    }

    private func page(_ client: some ServiceClient, says text: String) async throws -> String {
        var page = ""
        try await eventually("the page says \(text)") {
            page = try await client.ask("admin", user: "root").text
            return page.contains(text) && !page.contains("goes on by itself")
        }
        return page
    }

    @Test func whatFailedIsTriedAgainAlone() async throws {
        let fixture = try fixture()
        // More than any disk holds.
        let hole = try FileHandle(forWritingTo: URL(filePath: fixture.folder.path + "/homes/bob/canary.txt"))
        try hole.truncate(atOffset: 3 << 40)
        let client = try fixture.routerClient()
        #expect(try await client.ask("admin/exports", .POST, user: "root").status == 303)
        let failed = try await page(client, says: "2 of 3 done, 1 failed")
        #expect(
            failed.contains(">Try the failed ones again<") && failed.contains(">Make new archives of all homes<"))
        let first = try #require(try runs(fixture).first)
        let kept = "\(fixture.folder.path)/exports/\(first)/ada.zip"
        let number = try FileManager.default.attributesOfItem(atPath: kept)[.systemFileNumber] as? Int
        try hole.truncate(atOffset: 20)
        #expect(try await client.ask("admin/exports", .POST, user: "root").status == 303)
        let done = try await page(client, says: "3 of 3 done, 0 failed")
        #expect(!done.contains("Try the failed") && done.contains(">Make new archives of all homes<"))
        #expect(try runs(fixture) == [first])
        let now = try FileManager.default.attributesOfItem(atPath: kept)[.systemFileNumber] as? Int
        #expect(now == number && now != nil, "what was done is not done again")
        try expectArchives(fixture, ["ada", "bob", "root"])
        // A page that was opened before must not begin anything anew.
        #expect(try await client.ask("admin/exports", .POST, user: "root").status == 303)
        #expect(try runs(fixture) == [first])
        #expect(try await client.ask("admin/exports/new", .POST, user: "root").status == 303)
        _ = try await page(client, says: "3 of 3 done, 0 failed")
        #expect(try runs(fixture).count == 2)
        #expect(try await client.ask("admin", user: "root").text.contains(try runs(fixture)[1]))
    }

    @Test func aRunCanBeStopped() async throws {
        let fixture = try fixture()
        let hole = try FileHandle(forWritingTo: URL(filePath: fixture.folder.path + "/homes/bob/canary.txt"))
        try hole.truncate(atOffset: 8 << 30)
        let client = try fixture.routerClient()
        #expect(try await client.ask("admin/exports", .POST, user: "root").status == 303)
        try await eventually("the second home is written") {
            try await client.ask("admin", user: "root").text.contains("<td>bob</td><td>running</td>")
        }
        #expect(try await client.ask("admin", user: "root").text.contains(">Stop<"))
        #expect(try await client.ask("admin/exports/stop", .POST, user: "ada").status == 403)
        #expect(try await client.ask("admin/exports/stop", .POST, user: "root").status == 303)
        let stopped = try await page(client, says: "It was interrupted")
        #expect(stopped.contains("1 of 3 done, 0 failed") && stopped.contains(">Go on with the archives<"))
        try hole.truncate(atOffset: 20)
        // A part that was all written by then would be of the home as it was.
        let folder = "\(fixture.folder.path)/exports/\(try #require(try runs(fixture).first))"
        for file in try FileManager.default.contentsOfDirectory(atPath: folder) where file.hasPrefix("bob.") {
            try FileManager.default.removeItem(atPath: "\(folder)/\(file)")
        }
        #expect(try await client.ask("admin/exports", .POST, user: "root").status == 303)
        _ = try await page(client, says: "3 of 3 done, 0 failed")
        try expectArchives(fixture, ["ada", "bob", "root"])
        #expect(try fixture.audit().map { $0["action"] } == ["export all", "stop export all", "export all"])
    }
}
