import FleetTesting
import FleetTools
import Foundation
import NIOHTTP1
import Synchronization
import Testing
import Texts

@testable import FleetWeb

@Suite(.tags(.medium), .timeLimit(.minutes(5)))
struct AccessTests {
    @Test func whoIsNotLoggedInIsSentToTheHub() async throws {
        let client = try ServiceFixture().routerClient()
        for path in ["", "home.zip", "archives/x/y.zip", "receipts/x.json", "admin"] {
            let answer = try await client.ask(path)
            #expect(answer.status == 302)
            let items = try #require(URLComponents(string: answer.location ?? "")?.queryItems)
            let query = Dictionary(items.map { ($0.name, $0.value ?? "") }) { $1 }
            #expect(answer.location?.hasPrefix("/hub/api/oauth2/authorize?") == true)
            #expect(query["client_id"] == "service-home-download")
            #expect(query["response_type"] == "code")
            #expect(query["redirect_uri"] == "/services/home-download/oauth_callback")
            #expect(query["state"]?.count == 43)
            #expect(query["code_challenge"]?.count == 43)
            #expect(query["code_challenge_method"] == "S256")
            let cookie = try #require(answer.headers.first(name: "Set-Cookie"))
            for part in ["HttpOnly", "SameSite=Lax", "Path=/services/home-download/"] {
                #expect(cookie.contains(part))
            }
            #expect(!cookie.contains("Secure"))
        }
        let secure = try await client.ask("", .GET, [("X-Forwarded-Proto", "https")])
        #expect(secure.headers.first(name: "Set-Cookie")?.contains("Secure") == true)
        // Programs and scripts are told, not sent.
        #expect(try await client.ask("api/home").status == 403)
        #expect(try await client.ask("scan", .POST).status == 403)
        #expect(try await client.ask("", .GET, [("Sec-Fetch-Dest", "empty")]).status == 403)
    }

    @Test func tokensNeedTheScopeAndAUser() async throws {
        let fixture = try ServiceFixture()
        fixture.hub.facts.withLock { facts in
            let access: Set<ExactText> = ["access:services!service=home-download"]
            facts.tokens["token-none"] = HubTokenOwner(name: "ada", isUser: true, scopes: ["self"])
            facts.tokens["token-other"] = HubTokenOwner(
                name: "ada", isUser: true, scopes: ["access:services!service=home-download2", "access:servers"])
            facts.tokens["token-service"] = HubTokenOwner(name: "ada", isUser: false, scopes: access)
            facts.tokens["token-all"] = HubTokenOwner(name: "ada", isUser: true, scopes: ["access:services"])
        }
        let client = try fixture.routerClient()
        let archive = try await client.archive(of: "ada")
        for path in ["", "home.zip", archive, "api/home", "admin"] {
            for token in ["none", "other", "service", "unknown", ""] {
                let answer = try await client.ask(path, user: token)
                #expect(answer.status == 403, "\(token) at \(path)")
                #expect(!answer.text.contains("canary"))
            }
        }
        #expect(try await client.ask("api/home", user: "all").status == 200)
        for header in ["Bearer token-ada", "TOKEN token-ada", "token  token-ada"] {
            #expect(try await client.ask("api/home", .GET, [("Authorization", header)]).status == 200)
        }
        let cookie = try fixture.cookie(token: "token-ada")
        for header in ["", "token", "Basic token-ada", "tokentoken-ada", "token token-ada x"] {
            let answer = try await client.ask("api/home", .GET, [("Authorization", header), cookie])
            #expect(answer.status == 403, "a wrong token is not mended by a cookie: \(header)")
        }
    }

    @Test func cookiesCannotBeForged() async throws {
        let fixture = try ServiceFixture()
        let client = try fixture.routerClient()
        let good = try fixture.cookie(token: "token-ada")
        #expect(try await client.ask("api/home", .GET, [good]).status == 200)
        let other = try SealedText(keyFile: fixture.folder.path + "/other.key")
        for cookie in [
            try fixture.cookie(token: "token-ada", purpose: "login"), try fixture.cookie(token: "token-x"),
            ("Cookie", "home-download-token=token-ada"), ("Cookie", "home-download-token="),
            ("Cookie", "home-download-token=\(try other.seal("token-ada", purpose: "token"))"),
            ("Cookie", String(good.1.dropLast(2))), ("Cookie", good.1.replacing("-token=", with: "=")),
        ] {
            #expect(try await client.ask("api/home", .GET, [cookie]).status == 403, "\(cookie.1)")
        }
    }

    @Test func pagesOfOthersCannotReadWithACookie() async throws {
        let fixture = try ServiceFixture()
        let client = try fixture.routerClient()
        let cookie = try fixture.cookie(token: "token-ada")
        let archive = try await client.archive(of: "ada")
        func status(_ fetch: [(String, String)]) async throws -> Int {
            try await client.ask(archive, .GET, [cookie] + fetch).status
        }
        for destination in [
            "empty", "iframe", "frame", "object", "embed", "image", "script", "worker", "serviceworker", "style",
            "video", "fencedframe", "", "x",
        ] {
            #expect(try await status([("Sec-Fetch-Dest", destination)]) == 403)
            let modes = ["cors", "no-cors", "same-origin", "websocket", ""]
            for mode in modes + (destination == "empty" ? [] : ["navigate"]) {
                #expect(try await status([("Sec-Fetch-Dest", destination), ("Sec-Fetch-Mode", mode)]) == 403)
            }
        }
        #expect(try await status([("Sec-Fetch-Dest", "document"), ("Sec-Fetch-Mode", "navigate")]) == 200)
        #expect(try await status([]) == 200)
        // What Chromium sends for a link with `download`, and for the rest of a broken one.
        #expect(try await status([("Sec-Fetch-Dest", "empty"), ("Sec-Fetch-Mode", "navigate")]) == 200)
        // What Firefox sends for the rest of a download, and for "Save Link As": no page can say that no site asks.
        func status(_ site: String, _ destination: String = "empty") async throws -> Int {
            let mode = ("Sec-Fetch-Mode", "no-cors")
            return try await status([("Sec-Fetch-Dest", destination), mode, ("Sec-Fetch-Site", site)])
        }
        #expect(try await status("none") == 200)
        for site in ["same-origin", "same-site", "cross-site", "", "None", "none, none"] {
            #expect(try await status(site) == 403, "\(site)")
        }
        for destination in ["iframe", "frame", "image", "script", "worker", "style", "x"] {
            #expect(try await status("none", destination) == 403, "\(destination)")
        }
    }

    @Test func changesComeOnlyFromTheServicesOwnPage() async throws {
        let fixture = try ServiceFixture()
        let client = try fixture.routerClient()
        let cookie = try fixture.cookie(token: "token-ada")
        let own = client.origin
        func status(_ headers: [(String, String)]) async throws -> Int {
            try await client.ask("scan", .POST, [cookie] + headers).status
        }
        for headers in [
            [], [("Origin", "http://evil.example")], [("Origin", "null")], [("Origin", "http://127.0.0.1:1")],
            [("Origin", own), ("Sec-Fetch-Site", "cross-site")],
            [("Origin", own), ("Sec-Fetch-Site", "same-site")],
            [("Sec-Fetch-Site", "none")], [("Origin", own), ("Sec-Fetch-Dest", "empty")],
        ] {
            #expect(try await status(headers) == 403, "\(headers)")
        }
        #expect(try await status([("Origin", own)]) == 303)
        #expect(try await status([("Origin", own), ("Sec-Fetch-Site", "same-origin")]) == 303)
        #expect(
            try await status([("Origin", "https://hub.example"), ("X-Forwarded-Host", "hub.example")]) == 303)
        #expect(try await client.ask("scan", .POST, user: "ada").status == 303, "a token needs no page")
    }

    @Test func nobodyGetsAnArchiveOfSomebodyElse() async throws {
        let fixture = try ServiceFixture()
        let client = try fixture.routerClient()
        let archive = try await client.archive(of: "ada")
        #expect(try await client.ask(archive, user: "bob").status == 410)
        #expect(try await client.ask(archive, .HEAD, user: "bob").status == 410)
        let id = try #require(archive.split(separator: "/").dropLast().last)
        for path in [
            "archives/../homes/ada.zip", "archives/..%2Fada/home.zip", "archives/%2e%2e/home.zip",
            "archives/\(id)/..%2f..%2fada.zip", "archives/\(id)/../../home-ada.zip", "receipts/..%2f..%2fx.json",
            "receipts/%2e%2e", "receipts/..", "receipts/%00", "../../homes/ada/canary.txt",
            "archives/\(id)%00/a.zip",
        ] {
            let answer = try await client.ask(path, user: "bob")
            #expect([400, 404, 410].contains(answer.status), "\(path): \(answer.status)")
            #expect(!answer.text.contains("canary of"))
        }
    }

    @Test func everyAnswerKeepsOthersOut() async throws {
        let client = try ServiceFixture().routerClient()
        for (path, user) in [("", "ada"), ("style.css", "ada"), ("admin", "bob"), ("nothing", "ada"), ("", nil)] {
            let headers = try await client.ask(path, user: user).headers
            #expect(headers.first(name: "Content-Security-Policy")?.contains("frame-ancestors 'none'") == true)
            #expect(headers.first(name: "X-Content-Type-Options") == "nosniff")
            #expect(headers.first(name: "X-Frame-Options") == "DENY")
        }
    }

    @Test func saysWhenTheHubIsAway() async throws {
        let fixture = try ServiceFixture()
        fixture.hub.facts.withLock { $0.isAway = true }
        let client = try fixture.routerClient()
        #expect(try await client.ask("", user: "ada").status == 502)
        #expect(try await client.ask("health").status == 200)
    }
}
