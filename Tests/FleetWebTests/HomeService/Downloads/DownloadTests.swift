import FleetTesting
import Foundation
import Homes
import NIOCore
import NIOHTTP1
import Receipts
import Testing
import Texts

@testable import FleetWeb

@Suite(.tags(.medium), .timeLimit(.minutes(20)))
struct DownloadTests {
    /// The receipts that the page links to.
    private func receipts(_ client: PortClient) async throws -> [String] {
        let page = try await client.ask("", user: "ada").text
        return page.matches(of: /href="([^"]*\/receipts\/[^"]*)"/).map { String($0.1) }
    }

    @Test(arguments: ArchiveFormat.allCases)
    func eachGetsTheirOwn(_ format: ArchiveFormat) async throws {
        let fixture = try ServiceFixture(["ada", "bob", "cy"])
        try await fixture.run { client async throws in
            for user in ["ada", "bob", "cy"] {
                let address = try await client.archive(of: user, format)
                #expect(address.hasSuffix("/home-\(user).\(format.rawValue)"))
                let answer = try await client.ask(address, user: user)
                #expect(answer.status == 200)
                #expect(answer.headers.first(name: "Content-Type") == format.mediaType)
                #expect(answer.headers.first(name: "Content-Length") == "\(answer.body.readableBytes)")
                #expect(answer.headers.first(name: "Content-Disposition") == "attachment")
                try fixture.expectHome(of: user, answer.body)
            }
        }
    }

    @Test func aHeadSaysWhatAGetSends() async throws {
        let fixture = try ServiceFixture()
        try await fixture.run { client async throws in
            let address = try await client.archive(of: "ada")
            let (head, get) = (
                try await client.ask(address, .HEAD, user: "ada"), try await client.ask(address, user: "ada")
            )
            #expect(head.status == 200)
            #expect(head.body.readableBytes == 0)
            for name in ["Content-Length", "ETag", "Accept-Ranges", "Content-Type", "Cache-Control"] {
                #expect(head.headers.first(name: name) != nil)
                #expect(head.headers.first(name: name) == get.headers.first(name: name))
            }
            try await eventually("the GET is noted") { try fixture.audit().count >= 1 }
            #expect(try fixture.audit().count == 1, "a HEAD takes nothing")
        }
    }

    @Test func rangesAreParts() async throws {
        let fixture = try ServiceFixture()
        try await fixture.run { client async throws in
            let address = try await client.archive(of: "ada")
            let whole = try await client.ask(address, user: "ada")
            let bytes = Array(whole.body.readableBytesView)
            let tag = try #require(whole.headers.first(name: "ETag"))
            func get(_ headers: [(String, String)]) async throws -> ServiceAnswer {
                try await client.ask(address, .GET, headers, user: "ada")
            }
            for (range, expected) in [
                ("bytes=0-0", 0..<1), ("bytes=1000-", 1_000..<bytes.count),
                ("bytes=-10", bytes.count - 10..<bytes.count),
                ("bytes=500000-700000", 500_000..<700_001),
                ("bytes=5-99999999999", 5..<bytes.count),
            ] {
                let answer = try await get([("Range", range), ("If-Range", tag)])
                #expect(answer.status == 206)
                #expect(
                    answer.headers.first(name: "Content-Range")
                        == "bytes \(expected.lowerBound)-\(expected.upperBound - 1)/\(bytes.count)")
                #expect(answer.body.readableBytesView.elementsEqual(bytes[expected]), "\(range)")
            }
            for headers in [
                [("Range", "bytes=5-"), ("If-Range", "\"other\"")], [("Range", "bytes=0-1,5-6")], [("Range", "x=1-")],
                [("Range", "bytes=0-")], [("Range", "bytes=5-"), ("If-Range", "Wed, 21 Oct 2026 07:28:00 GMT")],
            ] {
                let answer = try await get(headers)
                #expect(answer.status == 200, "\(headers)")
                #expect(answer.headers.first(name: "Content-Range") == nil)
                #expect(answer.body == whole.body)
            }
            let behind = try await get([("Range", "bytes=\(bytes.count)-")])
            #expect(behind.status == 416)
            #expect(behind.headers.first(name: "Content-Range") == "bytes */\(bytes.count)")
            let known = try await get([("If-None-Match", tag)])
            #expect(known.status == 304)
            #expect(known.body.readableBytes == 0)
            #expect(try await client.ask("home.zip", .GET, [("Range", "bytes=5-")], user: "ada").status == 412)
        }
    }

    @Test func onlyTheArchiveThatIsMeant() async throws {
        let fixture = try ServiceFixture()
        try await fixture.run { client async throws in
            let address = try await client.archive(of: "ada")
            let tag = try #require(
                try await client.ask(address, .HEAD, user: "ada").headers.first(name: "ETag"))
            let range = ("Range", "bytes=1000-1999")
            for named in [tag, "*", "\"x\", \(tag)", "\(tag),W/\"y\"", " \(tag) "] {
                let answer = try await client.ask(address, .GET, [range, ("If-Match", named)], user: "ada")
                #expect(answer.status == 206, "\(named)")
                #expect(answer.body.readableBytes == 1_000)
            }
            for named in ["\"x\"", "W/\(tag)", tag.replacing("-zip", with: "-tar"), "", "\"*\"", "x"] {
                for method in [HTTPMethod.GET, .HEAD] {
                    let answer = try await client.ask(address, method, [range, ("If-Match", named)], user: "ada")
                    #expect(answer.status == 412, "\(named)")
                    #expect(answer.headers.first(name: "Content-Range") == nil)
                    #expect(method == .HEAD ? answer.text == "" : answer.text.contains("another archive"))
                }
            }
        }
    }

    @Test func aHeadOfTheNewestLeadsThereToo() async throws {
        try await ServiceFixture().run { client async throws in
            for file in ["home.zip", "home.tar"] {
                let get = try await client.ask(file, user: "ada")
                let head = try await client.ask(file, .HEAD, user: "ada")
                #expect(head.status == 302)
                #expect(head.location == get.location && get.location != nil)
                #expect(head.body.readableBytes == 0)
            }
            let range = try await client.ask("home.zip", .HEAD, [("Range", "bytes=5-")], user: "ada")
            #expect(range.status == 412)
            #expect(range.body.readableBytes == 0)
        }
    }

    @Test func whoGoesAtTheLastByteGotAll() async throws {
        let fixture = try ServiceFixture(["ada"], size: 800)
        try await fixture.run { client async throws in
            let address = try await client.archive(of: "ada")
            let head = try await client.ask(address, .HEAD, user: "ada")
            let length = try #require(head.headers.first(name: "Content-Length").flatMap { Int($0) })
            for number in 1...10 {
                #expect(try client.take(address, bytes: length, user: "ada") == length)
                try await eventually("it is noted") { try fixture.audit().count == number }
            }
            #expect(try await receipts(client).count >= 1)
        }
        #expect(Set(try fixture.audit().map { $0["outcome"] }) == ["sent"])
    }

    @Test func anArchiveOfFilesThatChangedIsGone() async throws {
        let fixture = try ServiceFixture()
        try await fixture.run { client async throws in
            let address = try await client.archive(of: "ada")
            #expect(try await client.ask(address, user: "ada").status == 200)
            try fixture.folder.write(["homes/ada/data": "other now"])
            let half = try await client.ask(address, .GET, [("Range", "bytes=3000000-")], user: "ada")
            #expect(half.status == 410)
            #expect(half.text.contains("Start a new download"))
            let next = try await client.archive(of: "ada")
            #expect(next != address)
            try fixture.expectHome(of: "ada", try await client.ask(next, user: "ada").body)
            let outcomes = try fixture.audit().compactMap { $0["outcome"] }
            #expect(outcomes.contains { $0.hasPrefix("refused: data has changed") }, "\(outcomes)")
        }
    }

    @Test func aReceiptComesWhenAllWasSentAlsoInParts() async throws {
        let fixture = try ServiceFixture()
        try await fixture.run { client async throws in
            let address = try await client.archive(of: "ada")
            let length = try #require(
                Int(try await client.ask(address, .HEAD, user: "ada").headers.first(name: "Content-Length") ?? ""))
            var whole = ByteBuffer()
            let ends = [0, 1_000_000, 2_000_000, length]
            for (from, to) in zip(ends, ends.dropFirst()) {
                #expect(try await receipts(client) == [])
                let part = try await client.ask(address, .GET, [("Range", "bytes=\(from)-\(to - 1)")], user: "ada")
                whole.writeImmutableBuffer(part.body)
            }
            try fixture.expectHome(of: "ada", whole)
            let found = try await receipts(client)
            #expect(found.count == 1)
            let answer = try await client.ask(try #require(found.first), user: "ada")
            #expect(answer.headers.first(name: "Content-Disposition") == "attachment")
            let file = fixture.folder.path + "/receipt.json"
            try Data(answer.body.readableBytesView).write(to: URL(filePath: file))
            let signed = try SignedReceipt(file: file)
            #expect(signed.receipt?.owner == "ada")
            let key = try await client.ask("receipts.pem.pub")
            try Data(key.body.readableBytesView).write(to: URL(filePath: file + ".pub"))
            #expect(try signed.isSigned(byKeyIn: file + ".pub"))
            #expect(try await client.ask(found[0], user: "bob").status == 404)
            try await eventually("all is noted") {
                try fixture.audit().map { $0["outcome"] } == ["sent", "sent", "sent"]
            }
        }
    }

    @Test func goesOnAfterARestart() async throws {
        var fixture = try ServiceFixture(size: 30_000_000)
        fixture.settings.rate = 20_000_000
        var address = ""
        var got = ByteBuffer()
        try await fixture.run { client async throws in
            address = try await client.archive(of: "ada")
            got = try await client.begin(address, bytes: 4_000_000, user: "ada")
        }
        try #require(got.readableBytes < 25_000_000)
        fixture.settings.rate = nil
        try await fixture.run { client async throws in
            got = try await fixture.goOn(client, address, after: got)
            #expect(try await client.ask(address, user: "ada").body == got)
            #expect(try await receipts(client).count >= 1)
        }
    }

    @Test func manyAtOnceAllGetTheirs() async throws {
        let users = (0..<10).map { "user\($0)" }
        var fixture = try ServiceFixture(users, size: 1_000_000)
        (fixture.settings.downloads, fixture.settings.downloadsPerUser) = (50, 5)
        let homes = fixture
        try await fixture.run { client async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<50 {
                    group.addTask {
                        let user = users[number % 10]
                        let format = ArchiveFormat.allCases[number / 10 % 2]
                        let answer = try await client.ask(try await client.archive(of: user, format), user: user)
                        try homes.expectHome(of: user, answer.body)
                    }
                }
                try await group.waitForAll()
            }
            try await eventually("all are noted") { try fixture.audit().count { $0["outcome"] == "sent" } == 50 }
        }
    }
}
