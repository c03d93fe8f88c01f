import FleetTesting
import FleetTools
import Foundation
import Homes
import NIOCore
import NIOHTTP1
import Testing

@testable import FleetWeb

/// What does not end a download for good: it goes on later.
@Suite(.tags(.medium), .timeLimit(.minutes(5)))
struct TroubleTests {
    @Test func whoStopsTheServiceNeedNotWaitForDownloads() async throws {
        var fixture = try ServiceFixture(["ada"], size: 60_000_000)
        fixture.settings.rate = 2_000_000
        var (address, got) = ("", ByteBuffer())
        try await fixture.runAndStop { client, stop async throws in
            address = try await client.archive(of: "ada")
            let (pieces, came) = AsyncStream.makeStream(of: Void.self)
            let (path, client) = (address, client)
            let download = Task {
                try await client.takeUntilItBreaks(path, user: "ada") { came.yield() }
            }
            _ = await pieces.first { _ in true }
            #expect(await stop() < .seconds(8))
            got = try await download.value
        }
        #expect(got.readableBytes > 0 && got.readableBytes < 40_000_000)
        let lines = try fixture.audit()
        #expect(lines.map { $0["outcome"] } == ["interrupted"])
        #expect(Int(lines.first?["bytes"] ?? "") ?? 0 >= got.readableBytes)
        fixture.settings.rate = nil
        try await fixture.run { client async throws in
            let range = [("Range", "bytes=\(got.readableBytes)-")]
            let rest = try await client.ask(address, .GET, range, user: "ada")
            #expect(rest.status == 206)
            got.writeImmutableBuffer(rest.body)
            try fixture.expectHome(of: "ada", got)
            try await eventually("the receipt is there") {
                try await client.ask("", user: "ada").text.contains("/receipts/2")
            }
        }
    }
}
