import Foundation
import HTTPTypes
import Hummingbird
import Texts

/// The sender of a request, as its headers say.
extension Request {
    /// Whether the request would change something: all but those that only ask.
    var isChange: Bool { method != .get && method != .head }

    /// Whether a script or a frame of some page asks, not a person who opens an address. Browsers say so, and scripts
    /// cannot say otherwise.
    ///
    /// Chromium asks for a link that is marked as a download, and for the rest of one that broke off, with the
    /// destination `empty`, as for a script, but with the mode `navigate`: that no script can choose (`fetch` refuses it),
    /// and what it answers goes into a file, not to a page. A frame has the mode too, but another destination.
    ///
    /// Firefox asks for the rest of a download, and for what is saved by "Save Link As", as for a script too, and says
    /// that no site asks: then the browser itself does.
    var isFromScript: Bool {
        guard let destination = headers[.fetchDestination] else { return false }
        guard destination == "empty" else { return destination != "document" }
        return headers[.fetchMode] != "navigate" && headers[.fetchSite] != "none"
    }

    /// Whether a form of a page of this host sends the request.
    var isFromOwnPage: Bool {
        if let site = headers[.fetchSite], site != "same-origin" { return false }
        guard let origin = headers[.origin].flatMap(URLComponents.init(string:)), let host = origin.host else {
            return headers[.fetchSite] == "same-origin"
        }
        let sender = host + (origin.port.map { ":\($0)" } ?? "")
        let here = headers[.forwardedHost] ?? head.authority ?? ""
        return sender.exact == here.exact || sender.exact == head.authority?.exact
    }

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
