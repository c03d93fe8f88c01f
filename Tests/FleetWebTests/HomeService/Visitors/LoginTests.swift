import FleetTesting
import FleetTools
import Foundation
import NIOHTTP1
import Synchronization
import Testing
import Texts

@testable import FleetWeb

@Suite(.tags(.medium), .timeLimit(.minutes(20)))
struct LoginTests {
    private struct Begun {
        let state: String
        let challenge: String
        let cookie: (String, String)
    }

    private func begin(_ client: some ServiceClient, _ path: String = "") async throws -> Begun {
        let answer = try await client.ask(path, .GET, BrowserWords.person)
        let items = URLComponents(string: answer.location ?? "")?.queryItems ?? []
        func value(_ name: String) throws -> String { try #require(items.first { $0.name == name }?.value) }
        return Begun(
            state: try value("state"), challenge: try value("code_challenge"),
            cookie: ("Cookie", try #require(answer.cookies.first)))
    }

    private func allow(_ fixture: ServiceFixture, _ code: String, _ begun: Begun) {
        fixture.hub.facts.withLock {
            $0.codes[code] = ScriptedHub.Code(token: "token-ada", challenge: begun.challenge)
        }
    }

    @Test func aLoginLeadsBackToWhereItBegan() async throws {
        let fixture = try ServiceFixture()
        let client = try fixture.routerClient()
        let begun = try await begin(client, "home.zip")
        allow(fixture, "code", begun)
        let path = "oauth_callback?code=code&state=\(begun.state)"
        let answer = try await client.ask(path, .GET, BrowserWords.person + [begun.cookie])
        #expect(answer.status == 302)
        #expect(answer.location == "/services/home-download/home.zip")
        let session = try #require(answer.cookies.first { $0.hasPrefix("home-download-token=") })
        #expect(!session.contains("token-ada"), "the token is sealed")
        let browser = BrowserUser(client: client, cookie: ("Cookie", session))
        let page = try await browser.open("")
        #expect(page.status == 200)
        let again = try await client.ask(path, .GET, BrowserWords.person + [begun.cookie])
        #expect(again.location == "/services/home-download/login-failed", "a code counts once")
        let asked = try await browser.press("logout", on: page.text)
        #expect(try await browser.open("logout").status == 403)
        let out = try await browser.open(try #require(asked.location))
        #expect(out.location == "/hub/home")
        #expect(out.cookies == ["home-download-token="])
    }

    @Test func aLoginThatWasNotBegunHereIsRefused() async throws {
        let fixture = try ServiceFixture()
        let client = try fixture.routerClient()
        let (mine, other) = (try await begin(client), try await begin(client))
        func attempt(_ query: String, _ cookies: [(String, String)]) async throws -> ServiceAnswer {
            allow(fixture, "code", mine)
            return try await client.ask("oauth_callback\(query)", .GET, BrowserWords.person + cookies)
        }
        for (query, cookies) in [
            ("?code=code&state=\(mine.state)", []), ("?code=code&state=\(mine.state)", [other.cookie]),
            ("?code=code&state=\(other.state)", [mine.cookie]), ("?code=code&state=\(other.state)", [other.cookie]),
            ("?code=code", [mine.cookie]), ("?state=\(mine.state)", [mine.cookie]), ("", [mine.cookie]),
            ("?code=refused&state=\(mine.state)", [mine.cookie]), ("?error=access_denied", [mine.cookie]),
            ("?code=code&state=\(mine.state.prefix(8))", [mine.cookie]),
        ] {
            let answer = try await attempt(query, cookies)
            // Not even the code is left where it could be read.
            #expect(answer.location == "/services/home-download/login-failed", "\(query)")
            #expect(answer.cookies.allSatisfy { !$0.hasPrefix("home-download-token=") })
        }
        allow(fixture, "code", mine)
        for words in [
            [], BrowserWords.words("empty", "cors", "same-origin"),
            BrowserWords.words("iframe", "navigate", "same-origin"),
        ] {
            let path = "oauth_callback?code=code&state=\(mine.state)"
            let answer = try await client.ask(path, .GET, words + [mine.cookie])
            #expect(answer.location == "/services/home-download/login-failed", "\(words)")
        }
        #expect(try await client.ask("login-failed").status == 403)
        let begun = try await attempt("?code=code&state=\(mine.state)", [mine.cookie, other.cookie])
        #expect(begun.location == "/services/home-download/")
    }

    @Test func aLoginNeverLeadsElsewhere() async throws {
        let fixture = try ServiceFixture()
        let client = try fixture.routerClient()
        let sealed = try SealedText(keyFile: fixture.settings.state + "/cookie.key")
        let begun = try await begin(client)
        let value = try #require(begun.cookie.1.split(separator: "=", maxSplits: 1).last)
        let attempt = try #require(sealed.open(String(value), purpose: "login"))
        for next in ["https://evil.example/", "//evil.example/services/home-download/", "/hub/logout", "", "/"] {
            let changed = attempt.replacing(
                /"next":"[^"]*"/, with: "\"next\":\"\(next)\"")
            #expect(changed != attempt)
            let name = begun.cookie.1.split(separator: "=")[0]
            allow(fixture, "code", begun)
            let answer = try await client.ask(
                "oauth_callback?code=code&state=\(begun.state)", .GET,
                BrowserWords.person + [("Cookie", "\(name)=\(try sealed.seal(changed, purpose: "login"))")])
            #expect(answer.location == "/services/home-download/", "\(next)")
        }
    }

    @Test func aLoginThatTookTooLongIsRefused() async throws {
        var fixture = try ServiceFixture()
        let time = ManualTime()
        fixture.time = time
        let client = try fixture.routerClient()
        for (seconds, place) in [(599, ""), (601, "login-failed")] {
            let begun = try await begin(client)
            allow(fixture, "code", begun)
            time.advance(by: .seconds(seconds))
            let path = "oauth_callback?code=code&state=\(begun.state)"
            let answer = try await client.ask(path, .GET, BrowserWords.person + [begun.cookie])
            #expect(answer.location == "/services/home-download/\(place)")
        }
    }

    @Test func aServiceAtTheRootLeadsToNoOtherHost() async throws {
        let fixture = try ServiceFixture()
        var variables = ServiceFixture.variables
        (variables["JUPYTERHUB_SERVICE_PREFIX"], variables["JUPYTERHUB_OAUTH_CALLBACK_URL"]) = (
            "/", "/services/home-download/oauth_callback"
        )
        let service = try HomeService(
            try HomeServiceEnvironment(variables), fixture.settings, hub: fixture.hub, time: SystemTime())
        let client = RouterClient(try service.router())
        for (path, next) in [("/home.zip", "/home.zip"), ("//home.zip", "/"), ("///home.zip", "/")] {
            let begun = try await begin(client, path)
            allow(fixture, "code", begun)
            let answer = try await client.ask(
                "/oauth_callback?code=code&state=\(begun.state)", .GET, BrowserWords.person + [begun.cookie])
            #expect(answer.location == next)
        }
    }
}
