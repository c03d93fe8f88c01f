import FleetTesting
import Foundation
import Homes
import Hummingbird
import NIOCore
import Synchronization
import Testing

@testable import FleetWeb

@Suite(.tags(.medium))
struct HomePagesTests {
    private let pages: HomePages
    private let folder: TemporaryFolder

    init() throws {
        pages = try HomePages(ServiceFixture.environment)
        folder = try TemporaryFolder()
    }

    /// Takes what a page's body writes.
    private struct Collector: ResponseBodyWriter {
        let text: Collected

        func write(_ buffer: ByteBuffer) async throws { text.value.withLock { $0 += String(buffer: buffer) } }
        func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }

    private final class Collected: Sendable { let value = Mutex("") }

    private func text(_ response: Response) async throws -> String {
        let text = Collected()
        try await response.body.write(Collector(text: text))
        return text.value.withLock { $0 }
    }

    private func home(
        _ status: HomeStore.Status, user: String = "ada", quota: Int64? = nil, receipts: [ReceiptStore.Kept] = [],
        isAdministrator: Bool = false
    ) async throws -> String {
        try await text(
            pages.home(
                HomePages.HomeFacts(
                    user: user, status: status, quota: quota, receipts: receipts, isAdministrator: isAdministrator,
                    origin: "https://hub.example.org",
                    address: { "/services/home-download/archives/\($0.summary.id)/home-ada.\($1.rawValue)" })))
    }

    /// What differs from one run to the next, replaced.
    private func steady(_ page: String, _ snapshot: HomeSnapshot) -> String {
        let taken = snapshot.summary.taken
        let time = taken.formatted(
            .iso8601.year().month().day().dateTimeSeparator(.space).time(includingFractionalSeconds: false))
        return page.replacing(snapshot.summary.id, with: "ID").replacing(time, with: "2026-01-02 03:04:05")
    }

    private func snapshot(things: Int) throws -> HomeSnapshot {
        try folder.write(["home/data.csv": String(repeating: "1,2\n", count: 300_000), "home/notes/a.md": "# A\n"])
        for number in 0..<things { mkfifo("\(folder.path)/home/pipe<i>-\(number + 10)", 0o600) }
        return try HomeSnapshot.take(of: folder.path + "/home", owner: "ada", in: folder.path + "/snapshot")
    }

    @Test func scanning() async throws {
        let progress = ScanProgress()
        progress.set(1_234_567, 89 << 30)
        try expectGolden(try await home(.scanning(progress)), "scanning.html")
    }

    @Test func readyWithAQuotaAndSkippedThings() async throws {
        let snapshot = try snapshot(things: 25)
        let page = try await home(.ready(snapshot), quota: 2 << 20, isAdministrator: true)
        try expectGolden(steady(page, snapshot), "ready.html")
    }

    @Test func readyWhenAHomeIsFullAndWasDownloaded() async throws {
        let snapshot = try snapshot(things: 0)
        let stream = try ArchiveStream(snapshot, .zip)
        while try stream.next() != nil {}
        let result = try #require(stream.result)
        let receipt = try HomeReceipt(.download, snapshot, .zip, result)
        let page = try await home(
            .ready(snapshot), quota: 1 << 20, receipts: [ReceiptStore.Kept(name: "r.zip.json", receipt: receipt)])
        let root = String(receipt.root.prefix(16))
        #expect(page.contains(">\(root)<"))
        try expectGolden(steady(page, snapshot).replacing(root, with: "ROOT"), "full.html")
    }

    @Test func failed() async throws {
        try expectGolden(try await home(.failed("The disk is away.")), "failed.html")
    }

    @Test func administration() async throws {
        var homes = ["ada", "bob", "cy", "dee"].map { BulkExport.Run.Home(folder: $0, user: $0) }
        (homes[0].state, homes[0].length, homes[0].root, homes[0].exceptions) = (
            .done, 5_000_000, "abcdef0123456789", 2
        )
        (homes[1].state, homes[1].reason) = (.failed, "the disk is full")
        (homes[2].state, homes[2].bytes) = (.running, 77_000)
        let run = BulkExport.Run(name: "2026-01-02T030405", by: "root", homes: homes)
        let facts = HomePages.AdminFacts(exports: "/exports", run: run, isRunning: true)
        try expectGolden(try await text(pages.admin(facts)), "admin-runs.html")
        let stopped = HomePages.AdminFacts(exports: "/exports", run: run, isRunning: false)
        try expectGolden(try await text(pages.admin(stopped)), "admin-stopped.html")
        let nowhere = HomePages.AdminFacts(exports: nil, run: nil, isRunning: false)
        try expectGolden(try await text(pages.admin(nowhere)), "admin-nowhere.html")
        let first = HomePages.AdminFacts(exports: "/exports", run: nil, isRunning: false)
        #expect(try await text(pages.admin(first)).contains("<button>Make archives of all homes</button>"))
    }

    @Test func nothingFromOutsideBecomesHTML() async throws {
        let bad = "<script>alert(1)</script>\"'&"
        let snapshot = try snapshot(things: 1)
        var home = BulkExport.Run.Home(folder: bad, user: bad, state: .failed)
        home.reason = bad
        let run = BulkExport.Run(name: bad, by: bad, homes: [home])
        let all = [
            try await self.home(.failed(bad)), try await self.home(.ready(snapshot), user: bad),
            try await text(pages.message(.ok, bad, bad)),
            try await text(pages.admin(HomePages.AdminFacts(exports: bad, run: run, isRunning: false))),
        ]
        for page in all {
            #expect(!page.contains("<script") && !page.contains("<i>"))
            #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;"))
        }
        #expect(all[1].contains("pipe&lt;i&gt;-10"))
    }
}
