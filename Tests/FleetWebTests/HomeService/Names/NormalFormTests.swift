import FleetTesting
import FleetTools
import Foundation
import Homes
import NIOCore
import NIOHTTP1
import Synchronization
import Testing
import Texts

@testable import FleetWeb

/// Two users of a hub whose names are one for Unicode: each gets their own page, archive and receipt.
@Suite(.tags(.medium), .timeLimit(.minutes(20)))
struct NormalFormTests {
    /// `1` is the user of the first name, `2` that of the second.
    private func fixture(_ names: NormalForms) throws -> ServiceFixture {
        var fixture = try ServiceFixture([])
        fixture.settings = HomeServiceSettings(
            homes: fixture.folder.path + "/homes", scheme: .plain, state: fixture.folder.path + "/state")
        fixture.settings.exports = fixture.folder.path + "/exports"
        try fixture.folder.write(["homes/\(names.one)/a": "the one's"])
        try fixture.folder.write(["homes/\(names.other)/a": "the other one's, longer", "homes/\(names.other)/b": "b"])
        fixture.hub.facts.withLock { facts in
            facts.users = [names.one.exact, names.other.exact]
            facts.administrators = [names.other.exact]
            for (number, name) in [names.one, names.other].enumerated() {
                facts.tokens["token-\(number + 1)".exact] = HubTokenOwner(
                    name: name.exact, isUser: true, scopes: ["access:services!service=home-download"])
            }
        }
        return fixture
    }

    @Test(arguments: NormalForms.all)
    func eachGetsTheirOwn(_ names: NormalForms) async throws {
        let fixture = try fixture(names)
        try await fixture.run { client async throws in
            for (number, name, files) in [("1", names.one, 1), ("2", names.other, 2)] {
                let address = try await client.archive(of: number)
                let page = try await client.ask("api/home", user: number).text
                #expect(page.contains(#""files" : \#(files),"#))
                let answer = try await client.ask(address, user: number)
                let path = "\(fixture.folder.path)/\(number).zip"
                try Data(answer.body.readableBytesView).write(to: URL(filePath: path))
                var found = try HomeVerification(path)
                #expect(found.owner == name.exact)
                try found.compare(with: "\(fixture.folder.path)/homes/\(name)")
                #expect(found.faults == [])
            }
            // Neither may have the archive, nor the receipts, of the other one.
            let (one, other) = (try await client.archive(of: "1"), try await client.archive(of: "2"))
            #expect(try await client.ask(one, user: "2").status == 410)
            #expect(try await client.ask(other, user: "1").status == 410)
            try await eventually("both downloads are noted") { try fixture.audit().count == 2 }
            let receipts = [names.one, names.other].map { "\(fixture.folder.path)/state/homes/\($0)/receipts" }
            for folder in receipts { #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1) }
            #expect(Set(try fixture.audit().compactMap { $0["user"]?.exact }) == [names.one.exact, names.other.exact])
            #expect(try await client.ask("admin", user: "1").status == 403)
            #expect(try await client.ask("admin", user: "2").status == 200)
        }
        // A service that starts again finds what it kept of each.
        let store = HomeStore(fixture.settings, time: SystemTime())
        for (name, files) in [(names.one, 1), (names.other, 2)] {
            guard case .ready(let snapshot) = await store.status(of: name.exact) else {
                Issue.record("there is no snapshot of \(name)")
                continue
            }
            #expect(snapshot.summary.files == files && snapshot.summary.owner == name.exact)
        }
    }

    @Test(arguments: NormalForms.all)
    func eachHasDownloadsOfTheirOwn(_ names: NormalForms) throws {
        let gate = DownloadGate(limit: 9, limitPerUser: 1)
        try gate.enter(names.one.exact)
        try gate.enter(names.other.exact)
        #expect(throws: DownloadRefusal.tooManyOfUser) { try gate.enter(names.one.exact) }
        gate.leave(names.other.exact)
        #expect(throws: DownloadRefusal.tooManyOfUser) { try gate.enter(names.one.exact) }
        let uses = SnapshotUses()
        uses.add(names.one)
        #expect(uses.contains(names.one) && !uses.contains(names.other))
    }

    @Test(arguments: NormalForms.all)
    func theArchivesOfAllHoldBoth(_ names: NormalForms) async throws {
        let fixture = try fixture(names)
        let client = try fixture.routerClient()
        #expect(try await client.ask("admin/exports", .POST, user: "2").status == 303)
        try await eventually("both are done") {
            try await client.ask("admin", user: "2").text.contains("2 of 2 done, 0 failed")
        }
        let exports = fixture.folder.path + "/exports"
        let run = try #require(
            FileManager.default.contentsOfDirectory(atPath: exports).first { !$0.hasSuffix(".json") })
        for name in [names.one, names.other] {
            #expect(try HomeVerification("\(exports)/\(run)/\(name).zip").owner == name.exact)
        }
    }

    /// Names of the hub, a page of users after the other.
    @Test(arguments: NormalForms.all)
    func theHubListsBoth(_ names: NormalForms) async throws {
        let hub = HubServiceIdentity(
            hub: ListOfUsers(names: [names.one, names.other]), address: "http://127.0.0.1:1/hub/api", clientID: "c",
            token: "t")
        #expect(try await hub.users() == [names.one.exact, names.other.exact])
    }

    private struct ListOfUsers: HubAPI {
        let names: [String]

        func answer(to request: HubRequest, at address: String) async throws -> HubAnswer {
            let rest = request == .users(from: 0, token: "t") ? names : []
            return HubAnswer(body: Array(try JSONEncoder().encode(rest.map { ["name": $0] })))
        }
    }

    /// A page shows names as they are, and what cannot be seen in them.
    @Test func pagesShowWhatCannotBeSeen() async throws {
        let values = ["title": "a\u{202E}b", "text": "c\u{200B}d\u{9B}e"]
        let text = String(buffer: try await CollectedBody.of(try ServiceFixture.templates.page("message", values)))
        #expect(text.contains("a\\u{202E}b") && text.contains("c\\u{200B}d\\u{009B}e"))
        #expect(text.printableLines.exact == text.exact)
        #expect(OperatorLog.line("a\u{202E}b\nc") == "hubfleet: a\\u{202E}b\\nc")
    }
}
