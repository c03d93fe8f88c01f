import FleetTesting
import FleetTools
import Foundation
import HTTPTypes
import Hummingbird
import NIOHTTP1
import Synchronization
import Testing
import Texts

@testable import FleetWeb

/// Every route of the service, whatever it is: one that is added without a check fails here.
@Suite(.tags(.medium), .timeLimit(.minutes(20)))
struct RouteTests {
    private struct Route: Hashable {
        let method: HTTPMethod
        let path: String

        /// Whether it would change something.
        var isChange: Bool { method != .GET && method != .HEAD }
        func hash(into hasher: inout Hasher) { hasher.combine("\(method) \(path)") }
    }

    /// What anybody may ask for.
    private static let open = [
        "GET /services/home-download/health", "GET /services/home-download/style.css",
        "GET /services/home-download/receipts.pem.pub", "GET /services/home-download/oauth_callback",
        "GET /services/home-download/login-failed",
    ]

    private let fixture: ServiceFixture
    private let client: RouterClient<HomeRequestContext>
    /// The routes that are not open, with addresses of ada's things for what they name.
    private let routes: [Route]

    init() async throws {
        var fixture = try ServiceFixture()
        fixture.settings.exports = fixture.folder.path + "/exports"
        self.fixture = fixture
        let router = try fixture.router()
        client = RouterClient(router)
        let archive = try await client.archive(of: "ada")
        let id = try #require(archive.split(separator: "/").dropLast().last)
        routes = router.routes.filter { !Self.open.contains($0.description) }.map { route in
            let path = route.path.description.replacing("{id}", with: id).replacing("{file}", with: "home-ada.zip")
            return Route(method: HTTPMethod(rawValue: route.method.rawValue), path: path)
        }
        let all = Set(router.routes.map(\.description))
        #expect(all.isSuperset(of: Self.open) && routes.count == all.count - Self.open.count)
        #expect(routes.count >= 17)
    }

    private func expectRefused(
        _ routes: [Route], _ headers: [(String, String)], mayLogIn: Bool = false,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        for route in routes {
            let answer = try await client.answer(route.path, route.method, headers)
            let isSentToLogin =
                mayLogIn && !route.isChange && answer.status == 302
                && answer.location?.hasPrefix("/hub/api/oauth2/authorize?") == true
            #expect(
                answer.status == 403 || isSentToLogin,
                "\(route.method) \(route.path) with \(headers): \(answer.status)",
                sourceLocation: sourceLocation)
            #expect(!answer.text.contains("canary"), sourceLocation: sourceLocation)
        }
        // Nothing was begun either.
        #expect(try fixture.audit().isEmpty, sourceLocation: sourceLocation)
        let exports = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path + "/exports")
        #expect(exports.isEmpty, sourceLocation: sourceLocation)
    }

    @Test func aStrangerIsRefusedAtEach() async throws {
        let person = BrowserWords.person
        for words in [[], person] {
            try await expectRefused(routes, words, mayLogIn: words.count > 0)
            let forged = ("Cookie", "home-download-token=token-ada")
            try await expectRefused(routes, words + [forged], mayLogIn: words.count > 0)
            try await expectRefused(routes, words + [try fixture.cookie(token: "token-x")], mayLogIn: words.count > 0)
            for token in ["token-x", "", "token"] {
                try await expectRefused(routes, words + [("Authorization", "token \(token)")])
            }
        }
    }

    /// What browsers say of the requests of a page that is not the service's, but has its address and its cookies, as
    /// Chromium says it; and what they do not say.
    private var hostile: [[(String, String)]] {
        let person = BrowserWords.person
        let destinations = [
            "empty", "iframe", "frame", "object", "embed", "image", "script", "worker", "serviceworker", "style",
            "video", "fencedframe", "manifest", "report", "", "x", "document, empty",
        ]
        let modes = ["cors", "no-cors", "same-origin", "websocket", "navigate", ""]
        var all = destinations.flatMap { destination in
            modes.map { BrowserWords.words(destination, $0, "same-origin") }
        }
        all += ["cors", "no-cors", "same-origin", ""].map { BrowserWords.words("document", $0, "same-origin") }
        // Over plain http nothing is said, and a browser that says only a part is none.
        all += [[]] + person.map { [$0] } + person.indices.map { index in person.filter { $0.0 != person[index].0 } }
        // Ahead of time, and for a service worker in place of the person.
        all += [
            person + [("Sec-Purpose", "prefetch")], person + [("Sec-Purpose", "prefetch;prerender")],
            person + [("Service-Worker-Navigation-Preload", "true")],
        ]
        // In the background, and what looks like the rest of a download.
        let background = BrowserWords.words("empty", "no-cors", "none") + [("Origin", client.origin)]
        let range = ("Range", "bytes=1-")
        all += [background, background + [range], BrowserWords.words("empty", "navigate", "same-origin") + [range]]
        return all + BrowserWords.resumptions + BrowserWords.resumptions.map { $0 + [range] }
    }

    @Test func aPageOfSomebodyElseIsRefusedAtEach() async throws {
        fixture.hub.facts.withLock { $0.administrators = ["ada"] }
        let cookie = try fixture.cookie(token: "token-ada")
        #expect(hostile.count > 100)
        for words in hostile { try await expectRefused(routes, [cookie] + words) }
    }

    @Test func aWindowThatSomebodyElseOpensChangesNothingAndTakesNothing() async throws {
        fixture.hub.facts.withLock { $0.administrators = ["ada"] }
        let cookie = try fixture.cookie(token: "token-ada")
        let asks = routes.filter { route in
            route.isChange || [".zip", ".tar", "/logout"].contains { route.path.hasSuffix($0) }
        }
        #expect(asks.filter(\.isChange).count >= 6 && asks.filter { !$0.isChange }.count >= 6)
        for site in ["same-origin", "same-site", "cross-site", "none"] {
            let words = BrowserWords.words("document", "navigate", site)
            try await expectRefused(asks.filter { !$0.path.contains("/receipts/") }, [cookie] + words)
            try await expectRefused(asks.filter(\.isChange), [cookie, ("Origin", client.origin)] + words)
            try await expectRefused(routes.filter { $0.path.contains("/api/") }, [cookie] + words)
        }
        for token in try await forgedTokens() {
            for route in asks where route.isChange {
                for cookies in [[], [cookie]] {
                    let answer = try await client.submit(
                        ["token": token, "sure": "yes"], to: route.path, BrowserWords.ownForm + cookies)
                    #expect(answer.status == 403, "\(route.path) with \(token)")
                }
            }
        }
    }

    /// What somebody else could send as a token of a page.
    private func forgedTokens() async throws -> [String] {
        let sealed = try SealedText(keyFile: fixture.settings.state + "/cookie.key")
        let login = try sealed.seal("token-ada", purpose: "token")
        let seals = PageSeals(sealed: sealed, time: SystemTime())
        let ada = Visitor(name: "ada", token: "token-ada", way: .page)
        let elsewhere = try #require(try seals.form("/services/home-download/", of: ada)["token"] as? String)
        return ["", "x", "token-ada", login, try seals.pass(of: ada, to: "/services/home-download/scan"), elsewhere]
    }

    /// The routes that a browser's test tries for real, from a page of another user.
    @Test func theBrowsersTestKnowsEach() throws {
        let file = RealThings.packageRoot + "/Tests/IntegrationTests/Clients/download_routes.txt"
        let known = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map(String.init)
        let all = Set(try fixture.router().routes.map(\.description))
        let named = all.map { route in
            route.replacing("/services/home-download", with: "").replacing(" /", with: " ")
                .replacing(/^GET$/, with: "GET ").replacing("{", with: ":").replacing("}", with: "")
        }
        #expect(Set(known) == Set(named))
    }

    @Test func aUserIsRefusedWhereAdministratorsAre() async throws {
        let administration = routes.filter { $0.path.contains("/admin") }
        #expect(administration.count >= 4)
        try await expectRefused(administration, [("Authorization", "token token-ada")])
    }

    @Test func aMethodThatNoRouteHasIsNotThere() async throws {
        for route in routes {
            for method in [HTTPMethod.PUT, .DELETE, .PATCH, .OPTIONS, .TRACE, .CONNECT] {
                let answer = try await client.answer(route.path, method, [("Authorization", "token token-ada")])
                #expect(answer.status == 404, "\(method) \(route.path)")
            }
        }
    }
}
