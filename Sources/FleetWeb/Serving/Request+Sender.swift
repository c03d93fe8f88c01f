import HTTPTypes
import Hummingbird

/// The sender of a request, as its headers say.
extension Request {
    /// Whether the request would change something: all but those that only ask.
    var isChange: Bool { method != .get && method != .head }

    /// Whether the browser reached the proxy before the service over TLS.
    var isOverTLS: Bool { headers[.forwardedProtocol]?.hasPrefix("https") ?? false }

    /// The address at which people reach the service, such as `https://hub.example.org`. What is no host is shown as
    /// `HUB`: people copy the address into commands.
    var origin: String {
        let host = headers[.forwardedHost] ?? head.authority ?? ""
        let isHost =
            !host.isEmpty && host.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".:-_[]".contains($0)) }
        return "\(isOverTLS ? "https" : "http")://\(isHost ? host : "HUB")"
    }

    /// The address that the request came from, as the proxies say: each adds whom it saw at the end, so that what stands
    /// before may be anything that the client wrote. Without proxies it is the client's own; at most 200 characters.
    func sender(at client: Client) -> String? {
        headers[.forwardedFor].map { String($0.suffix(200)) } ?? client.address
    }
}
