import FleetTesting
import Homes
import Hummingbird
import NIOCore
import Testing
import Texts

@testable import FleetWeb

@Suite(.tags(.medium))
struct AdminPageTests {
    private let page: AdminPage

    init() throws { page = AdminPage(templates: try ServiceFixture.templates) }

    private func text(_ response: Response) async throws -> String {
        String(buffer: try await CollectedBody.of(response))
    }

    private func facts(exports: String?, run: AllHomesRun?, isRunning: Bool = false) -> AdminPage.Facts {
        AdminPage.Facts(
            exports: exports, run: run, isRunning: isRunning,
            form: { ["action": "/services/home-download/admin/exports\($0)", "token": "TOKEN"] })
    }

    @Test func administration() async throws {
        var homes = ["ada", "bob", "cy", "dee"].map { AllHomesRun.Home(folder: $0, user: $0) }
        (homes[0].state, homes[0].length, homes[0].root, homes[0].exceptions) = (
            .done, 5_000_000, "abcdef0123456789", 2
        )
        (homes[1].state, homes[1].reason) = (.failed, "the disk is full")
        (homes[2].state, homes[2].bytes) = (.running, 77_000)
        let run = AllHomesRun(name: "2026-01-02T030405", by: "root", homes: homes)
        let runs = facts(exports: "/exports", run: run, isRunning: true)
        try expectGolden(try await text(page.show(runs)), "admin-runs.html")
        let stopped = facts(exports: "/exports", run: run)
        try expectGolden(try await text(page.show(stopped)), "admin-stopped.html")
        let nowhere = facts(exports: nil, run: nil)
        try expectGolden(try await text(page.show(nowhere)), "admin-nowhere.html")
        let first = facts(exports: "/exports", run: nil)
        #expect(try await text(page.show(first)).contains("<button>Make archives of all homes</button>"))
        try expectGolden(try await text(page.ask(first.form(""))), "admin-sure.html")
    }

    @Test func nothingFromOutsideBecomesHTML() async throws {
        let bad = "<script>alert(1)</script>\"'&"
        var home = AllHomesRun.Home(folder: bad.exact, user: bad.exact, state: .failed)
        home.reason = bad
        let run = AllHomesRun(name: bad, by: bad.exact, homes: [home])
        let text = try await text(page.show(facts(exports: bad, run: run)))
        #expect(!text.contains("<script"))
        #expect(text.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;"))
    }
}
