import FleetTesting
import FleetTools
import Foundation
import Homes
import NIOCore
import NIOHTTP1
import Testing
import Texts

@testable import FleetWeb

/// What does not end a download for good: it goes on later.
@Suite(.tags(.medium), .timeLimit(.minutes(20)))
struct TroubleTests {
    @Test(.enabled(if: geteuid() == 0, "only root can make a disk that is full"))
    func aFullDiskOfTheServiceEndsNoDownload() async throws {
        let fixture = try ServiceFixture()
        var (address, whole) = ("", ByteBuffer())
        try await fixture.run { client async throws in
            address = try await client.archive(of: "ada")
            whole = try await client.ask(address, user: "ada").body
        }
        let id = try #require(address.split(separator: "/").dropLast().last)
        let digests = "\(fixture.settings.state)/homes/ada/snapshots/\(id)/digests.zip"
        try FileManager.default.moveItem(atPath: digests, toPath: digests + ".kept")
        // As /dev/full: what is written to it finds no room.
        try #require(mknod(digests, S_IFCHR | 0o600, 0x107) == 0)
        try await fixture.run { client async throws in
            for headers in [[], [("Range", "bytes=1000-")]] {
                let answer = try await client.ask(address, .GET, headers, user: "ada")
                #expect(answer.status == 503)
                #expect(answer.headers.first(name: "Retry-After") != nil)
                #expect(answer.text.contains("no room for its notes") && !answer.text.contains(fixture.folder.path))
            }
        }
        let outcomes = try fixture.audit().compactMap { $0["outcome"] }
        #expect(outcomes.last?.contains("digests.zip cannot be written") == true, "\(outcomes)")
        try FileManager.default.removeItem(atPath: digests)
        try FileManager.default.moveItem(atPath: digests + ".kept", toPath: digests)
        try await fixture.run { client async throws in
            let rest = try await client.ask(address, .GET, [("Range", "bytes=1000-")], user: "ada")
            #expect(rest.status == 206)
            #expect(rest.body.readableBytesView.elementsEqual(whole.readableBytesView.dropFirst(1_000)))
        }
    }

    @Test func whoStopsTheServiceNeedNotWaitForDownloads() async throws {
        var fixture = try ServiceFixture(["ada"], size: 60_000_000)
        // The whole of it would take five minutes.
        fixture.settings.rate = 200_000
        var (address, got) = ("", ByteBuffer())
        try await fixture.runAndStop { client, stop async throws in
            address = try await client.archive(of: "ada")
            let (pieces, came) = AsyncStream.makeStream(of: Void.self)
            let (path, client) = (address, client)
            let download = Task {
                try await client.takeUntilItBreaks(path, user: "ada") { came.yield() }
            }
            _ = await pieces.first { _ in true }
            #expect(await stop() < .seconds(150))
            got = try await download.value
        }
        #expect(got.readableBytes > 0 && got.readableBytes < 40_000_000)
        let lines = try fixture.audit()
        #expect(lines.map { $0["outcome"] } == ["interrupted"])
        #expect(Int(lines.first?["bytes"] ?? "") ?? 0 >= got.readableBytes)
        fixture.settings.rate = nil
        try await fixture.run { client async throws in
            got = try await fixture.goOn(client, address, after: got)
            try await eventually("the receipt is there") {
                try await client.ask("", user: "ada").text.contains("/receipts/2")
            }
        }
    }
}
