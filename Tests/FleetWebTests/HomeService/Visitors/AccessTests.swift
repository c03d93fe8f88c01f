import FleetTesting
import FleetTools
import Foundation
import NIOHTTP1
import Synchronization
import Testing
import Texts

@testable import FleetWeb

@Suite(.tags(.medium), .timeLimit(.minutes(20)))
struct AccessTests {
    @Test func whoIsNotLoggedInIsSentToTheHub() async throws {
        let client = try ServiceFixture().routerClient()
        for path in ["", "home.zip", "archives/x/y.zip", "receipts/x.json", "admin"] {
            let answer = try await client.ask(path, .GET, BrowserWords.person)
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
        let secure = try await client.ask("", .GET, BrowserWords.person + [("X-Forwarded-Proto", "https")])
        #expect(secure.headers.first(name: "Set-Cookie")?.contains("Secure") == true)
        // Programs and scripts are told, not sent.
        #expect(try await client.ask("api/home").status == 403)
        #expect(try await client.ask("scan", .POST).status == 403)
        #expect(try await client.ask("", .GET, [("Sec-Fetch-Dest", "empty")]).status == 403)
        let plain = try await client.ask("")
        #expect(plain.status == 403 && plain.text.contains("https"))
        let command = "http://localhost/services/home-download/home.zip"
        #expect(plain.text.contains("curl") && plain.text.contains(command))
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
        #expect(try await BrowserUser(client: client, cookie: good).open("").status == 200)
        #expect(try await BrowserUser(client: client, cookie: good).open("api/home").status == 403, "for programs")
        let other = try SealedText(keyFile: fixture.folder.path + "/other.key")
        for cookie in [
            try fixture.cookie(token: "token-ada", purpose: "login"), try fixture.cookie(token: "token-x"),
            ("Cookie", "home-download-token=token-ada"), ("Cookie", "home-download-token="),
            ("Cookie", "home-download-token=\(try other.seal("token-ada", purpose: "token"))"),
            ("Cookie", String(good.1.dropLast(2))), ("Cookie", good.1.replacing("-token=", with: "=")),
        ] {
            #expect(try await BrowserUser(client: client, cookie: cookie).open("").status == 302, "\(cookie.1)")
        }
    }

    @Test func aDownloadNeedsTheButton() async throws {
        let fixture = try ServiceFixture()
        let client = try fixture.routerClient()
        let archive = try await client.archive(of: "ada")
        let browser = try fixture.browser(of: "ada", client)
        for path in [archive, "home.zip", "home.tar", "logout"] {
            let answer = try await browser.open(path)
            #expect(answer.status == 403 && answer.text.contains("button"), "\(path)")
        }
        let page = try await browser.open("").text
        let answer = try await browser.press(archive, on: page)
        let address = try #require(answer.location)
        #expect(answer.status == 303 && address.hasPrefix(archive + "?pass="))
        try fixture.expectHome(of: "ada", try await browser.open(address).body)
        // The rest of it, as the browser itself asks.
        for words in BrowserWords.resumptions {
            let cookie = try fixture.cookie(token: "token-ada")
            let range = ("Range", "bytes=1000-")
            func status(_ address: String, _ headers: [(String, String)]) async throws -> Int {
                try await client.ask(address, .GET, [cookie] + headers).status
            }
            #expect(try await status(address, words + [range]) == 206)
            #expect(try await status(address, words) == 403, "a service worker could say that")
            #expect(try await status(address, words + [range, ("Origin", client.origin)]) == 403, "a background fetch")
            #expect(try await status(archive, words + [range]) == 403)
            #expect(try await status(address, [range]) == 403)
        }
        // It means nothing to others, and nowhere else.
        #expect(try await fixture.browser(of: "bob", client).open(address).status == 403)
        #expect(try await browser.open(address.replacing(".zip?", with: ".tar?")).status == 403)
        #expect(try await BrowserUser(client: client, cookie: nil).open(address).status == 302)
        #expect(try await browser.open(archive + "?pass=").status == 403)
        #expect(try await client.ask(address, user: "ada").status == 200, "programs need none")
    }

    @Test func whatPagesHoldGrowsOld() async throws {
        var fixture = try ServiceFixture()
        // Scans and downloads sleep now and then, so it goes on by a little more.
        let time = ManualTime(movement: .bySleeping)
        fixture.time = time
        fixture.settings.scanAge = 1e9
        let client = try fixture.routerClient()
        let archive = try await client.archive(of: "ada")
        let browser = try fixture.browser(of: "ada", client)
        let page = try await browser.open("").text
        time.advance(by: .seconds(12 * 3600 - 600))
        let address = try #require(try await browser.press(archive, on: page).location)
        time.advance(by: .seconds(601))
        let late = try await browser.press(archive, on: page)
        #expect(late.status == 403 && late.text.contains("twelve hours"))
        #expect(try await browser.open(address).status == 200)
        time.advance(by: .seconds(7 * 24 * 3600))
        #expect(try await browser.open(address).status == 403)
    }

    @Test func aTokenOfAPageIsGoodForItsFormAlone() async throws {
        let fixture = try ServiceFixture()
        let client = try fixture.routerClient()
        let archive = try await client.archive(of: "ada")
        let (ada, bob) = (try fixture.browser(of: "ada", client), try fixture.browser(of: "bob", client))
        let page = try await ada.open("").text
        let scan = try #require(page.token(for: "/services/home-download/scan"))
        #expect(try await client.submit(["token": scan], to: "scan", BrowserWords.ownForm).status == 303)
        for path in ["logout", archive] {
            #expect(try await client.submit(["token": scan], to: path, BrowserWords.ownForm).status == 403, "\(path)")
        }
        // Somebody else's page sends it from her browser, with her cookie.
        _ = try await client.archive(of: "bob")
        let bobs = try await bob.open("").text
        for path in ["scan", "logout"] {
            let cookie = try fixture.cookie(token: "token-ada")
            #expect(try await bob.press(path, on: bobs, [:], [cookie]).status == 403, "\(path)")
        }
        let cookie = try fixture.cookie(token: "token-ada")
        #expect(try await ada.press("scan", on: page, [:], [cookie]).status == 303, "her own may come along")
        // A token that the hub no longer knows.
        fixture.hub.facts.withLock { $0.tokens["token-ada"] = nil }
        #expect(try await ada.press("scan", on: page).status == 403)
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
            #expect(
                headers.first(name: "Content-Security-Policy")?.hasPrefix(
                    "sandbox allow-downloads allow-forms allow-scripts; default-src 'none';") == true)
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
