import FleetTesting
import Foundation
import HTTPTypes
import Hummingbird
import NIOHTTP1
import Synchronization
import Testing
import Texts

@testable import FleetWeb

/// Every route of the service, whatever it is: one that is added without a check fails here.
@Suite(.tags(.medium), .timeLimit(.minutes(5)))
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
        "GET /services/home-download/logout",
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
            let path = route.path.description.replacing(":id", with: id).replacing(":file", with: "home-ada.zip")
            return Route(method: HTTPMethod(rawValue: route.method.rawValue), path: path)
        }
        let all = Set(router.routes.map(\.description))
        #expect(all.isSuperset(of: Self.open) && routes.count == all.count - Self.open.count)
        #expect(routes.count >= 14)
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
        try await expectRefused(routes, [], mayLogIn: true)
        try await expectRefused(routes, [("Cookie", "home-download-token=token-ada")], mayLogIn: true)
        try await expectRefused(routes, [try fixture.cookie(token: "token-x")], mayLogIn: true)
        for token in ["token-x", "", "token"] {
            try await expectRefused(routes, [("Authorization", "token \(token)")])
        }
    }

    @Test func aScriptOfSomebodyElsesPageIsRefusedAtEach() async throws {
        let cookie = try fixture.cookie(token: "token-ada")
        try await expectRefused(routes, [cookie, ("Sec-Fetch-Dest", "empty")])
        try await expectRefused(routes, [cookie, ("Sec-Fetch-Dest", "iframe"), ("Sec-Fetch-Mode", "navigate")])
    }

    @Test func aFormOfAnotherSiteIsRefusedWhereSomethingChanges() async throws {
        fixture.hub.facts.withLock { $0.administrators = ["ada"] }
        let changes = routes.filter(\.isChange)
        #expect(changes.count >= 4)
        let cookie = try fixture.cookie(token: "token-ada")
        let document = ("Sec-Fetch-Dest", "document")
        try await expectRefused(changes, [cookie, document])
        try await expectRefused(changes, [cookie, document, ("Origin", "https://evil.example")])
        try await expectRefused(
            changes, [cookie, document, ("Origin", client.origin), ("Sec-Fetch-Site", "same-site")])
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
