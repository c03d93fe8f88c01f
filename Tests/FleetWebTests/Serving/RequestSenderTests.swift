import FleetTesting
import HTTPTypes
import Hummingbird
import NIOCore
import NIOEmbedded
import Testing

@testable import FleetWeb

@Suite(.tags(.small))
struct RequestSenderTests {
    private func request(
        _ headers: HTTPFields, method: HTTPRequest.Method = .get, authority: String? = "inner:9000"
    ) -> Request {
        Request(
            head: HTTPRequest(method: method, scheme: "http", authority: authority, path: "/", headerFields: headers),
            body: RequestBody(buffer: ByteBuffer()))
    }

    @Test func theOriginIsWhatTheProxySays() {
        #expect(request([:]).origin == "http://inner:9000")
        #expect(request([:], authority: nil).origin == "http://HUB")
        let proxied = request([.forwardedHost: "hub.example.org", .forwardedProtocol: "https,http"])
        #expect(proxied.origin == "https://hub.example.org")
        #expect(request([.forwardedHost: "[2001:db8::1]:8000"]).origin == "http://[2001:db8::1]:8000")
    }

    @Test(arguments: ["", "a'; rm -rf ~; '", "a b", "a/b", "ä.example", "$(id)", "a\\b"])
    func aHostThatIsNoneIsNotPutIntoACommand(_ host: String) {
        #expect(request([.forwardedHost: host]).origin == "http://HUB")
    }

    @Test func theSenderIsKeptShort() {
        let client = Client(NIOAsyncTestingChannel())
        #expect(request([:]).sender(at: client) == nil)
        #expect(request([.forwardedFor: "1.2.3.4, 10.0.0.1"]).sender(at: client) == "1.2.3.4, 10.0.0.1")
        let long = String(repeating: "x", count: 5_000) + ", 10.0.0.1"
        #expect(request([.forwardedFor: long]).sender(at: client)?.count == 200)
        #expect(request([.forwardedFor: long]).sender(at: client)?.hasSuffix(", 10.0.0.1") == true)
    }

    @Test func whatOnlyAsksChangesNothing() {
        let methods = [HTTPRequest.Method.get, .head, .post, .put, .delete, .patch, .options]
        #expect(methods.map { request([:], method: $0).isChange } == [false, false, true, true, true, true, true])
    }
}
