import FleetTesting
import Foundation
import Homes
import Hummingbird
import NIOCore
import Testing
import Texts

@testable import FleetWeb

@Suite(.tags(.medium))
struct HomePageTests {
    private let page: HomePage
    private let folder: TemporaryFolder

    init() throws {
        page = HomePage(templates: try ServiceFixture.templates)
        folder = try TemporaryFolder()
    }

    private func text(_ response: Response) async throws -> String {
        String(buffer: try await CollectedBody.of(response))
    }

    private func home(
        _ state: HomePage.State, user: String = "ada", quota: Int64? = nil, receipts: [ReceiptStore.Kept] = [],
        isAdministrator: Bool = false
    ) async throws -> String {
        try await text(
            page.show(
                HomePage.Facts(
                    user: user.exact, state: state, quota: quota, receipts: receipts, isAdministrator: isAdministrator,
                    origin: "https://hub.example.org",
                    address: { "/services/home-download/archives/\($0.summary.id)/home-ada.\($1.rawValue)" },
                    form: { ["action": $0, "token": "TOKEN"] }, prefix: "/services/home-download/")))
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
        try expectGolden(try await home(.scanning(things: 1_234_567, bytes: 89 << 30)), "scanning.html")
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
        try expectGolden(try await home(.failed(reason: "The disk is away.")), "failed.html")
    }

    @Test func nothingFromOutsideBecomesHTML() async throws {
        let bad = "<script>alert(1)</script>\"'&"
        let snapshot = try snapshot(things: 1)
        let message = try ServiceFixture.templates.message(MessagePage(.ok, bad, bad))
        let all = [
            try await home(.failed(reason: bad)), try await home(.ready(snapshot), user: bad), try await text(message),
        ]
        for page in all {
            #expect(!page.contains("<script") && !page.contains("<i>"))
            #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;"))
        }
        #expect(all[1].contains("pipe&lt;i&gt;-10"))
    }
}
