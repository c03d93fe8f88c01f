import FleetTesting
import Foundation
import Homes
import NIOHTTP1
import Testing
import Texts

@testable import FleetWeb

@Suite(.tags(.medium), .timeLimit(.minutes(20)))
struct LimitTests {
    @Test func tooManyDownloadsAreToldToWait() async throws {
        var fixture = try ServiceFixture(["ada", "bob", "cy"], size: 40_000_000)
        (fixture.settings.downloads, fixture.settings.downloadsPerUser) = (3, 2)
        fixture.settings.rate = 1_000_000
        try await fixture.run { client async throws in
            let addresses = [
                try await client.archive(of: "ada"), try await client.archive(of: "bob"),
                try await client.archive(of: "cy"),
            ]
            let holding = ["ada", "ada", "bob"].map { user in
                Task { try await client.begin(addresses[user == "ada" ? 0 : 1], bytes: 30_000_000, user: user) }
            }
            defer { for task in holding { task.cancel() } }
            try await eventually("ada is refused") {
                let answer = try await client.ask(addresses[0], .GET, [("Range", "bytes=0-9")], user: "ada")
                guard answer.status == 429 else { return false }
                #expect(answer.headers.first(name: "Retry-After") == "30")
                return true
            }
            try await eventually("cy is refused") {
                let answer = try await client.ask(addresses[2], .GET, [("Range", "bytes=0-9")], user: "cy")
                guard answer.status == 503 else { return false }
                #expect(answer.headers.first(name: "Retry-After") == "30")
                return true
            }
            #expect(try await client.ask(addresses[2], .HEAD, user: "cy").status == 200)
            #expect(try await client.ask("", user: "ada").status == 200, "pages go on")
            for task in holding { task.cancel() }
            try await eventually("the places are free again") {
                try await client.ask(addresses[0], .GET, [("Range", "bytes=0-9")], user: "ada").status == 206
            }
        }
        let outcomes = try fixture.audit().filter { $0["user"] == "ada" }.compactMap { $0["outcome"] }
        #expect(outcomes.count { $0 == "interrupted" } >= 2)
    }

    @Test func aDownloadIsNoFasterThanItMay() async throws {
        var fixture = try ServiceFixture(size: 1_000_000)
        fixture.settings.rate = 1_000_000
        let time = ManualTime(movement: .bySleeping)
        fixture.time = time
        let client = try fixture.routerClient()
        let address = try await client.archive(of: "ada")
        let begun = time.elapsed
        try fixture.expectHome(of: "ada", try await client.ask(address, user: "ada").body)
        #expect(time.elapsed - begun > .milliseconds(800))
    }
}
