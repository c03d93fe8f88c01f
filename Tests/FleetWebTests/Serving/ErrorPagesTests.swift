import FleetTesting
import Hummingbird
import NIOHTTP1
import Testing

@testable import FleetWeb

@Suite(.tags(.small))
struct ErrorPagesTests {
    private enum Refusal: PageError {
        case later

        var page: MessagePage { MessagePage(.serviceUnavailable, "Not now", "Ask <later>.", retryAfter: 7) }
    }

    private struct Unforeseen: Error {}

    private func client() throws -> RouterClient<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        let templates = try ServiceFixture.templates
        router.addMiddleware {
            SafetyHeaders()
            ErrorPages(pages: templates)
        }
        router.get("refused") { _, _ -> Response in throw Refusal.later }
        router.head("refused") { _, _ -> Response in throw Refusal.later }
        router.get("unforeseen") { _, _ -> Response in throw Unforeseen() }
        router.get("cancelled") { _, _ -> Response in throw CancellationError() }
        return RouterClient(router)
    }

    @Test func anErrorWithAPageIsShown() async throws {
        let answer = try await client().ask("/refused")
        #expect(answer.status == 503)
        #expect(answer.headers.first(name: "Retry-After") == "7")
        #expect(answer.text.contains("<h1>Not now</h1>") && answer.text.contains("Ask &lt;later&gt;."))
    }

    @Test func whatNobodyForesawIsAFixedPage() async throws {
        let answer = try await client().ask("/unforeseen?code=secret")
        #expect(answer.status == 500)
        #expect(answer.text.contains("<h1>Something went wrong</h1>"))
        #expect(!answer.text.contains("Unforeseen") && !answer.text.contains("secret"))
    }

    @Test func aRequestThatIsCutHasNoPage() async throws {
        await #expect(throws: CancellationError.self) { try await client().ask("/cancelled") }
    }

    @Test func everyAnswerHasTheSafetyHeaders() async throws {
        for path in ["/refused", "/unforeseen", "/not/there"] {
            let headers = try await client().ask(path).headers
            #expect(headers.first(name: "X-Frame-Options") == "DENY", "\(path)")
            #expect(headers.first(name: "Cache-Control") == "no-store", "\(path)")
        }
        #expect(try await client().ask("/refused", .HEAD).body.readableBytes == 0)
    }
}
