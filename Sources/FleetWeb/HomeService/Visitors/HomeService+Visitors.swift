import FleetTools
import Foundation
import HTTPTypes
import Hummingbird

extension HomeService {
    /// Runs `body` for somebody who may use the service.
    ///
    /// - `isPage`: whether a browser that is not logged in is sent to the login; others are told what they need.
    /// - `changes`: whether the request changes something, so that it must come from the service's own page.
    func asVisitor(
        _ request: Request, isPage: Bool = false, changes: Bool = false,
        _ body: (Visitor) async throws -> Response
    ) async throws -> Response {
        let visitor: Visitor?
        do {
            visitor = try await login.visitor(of: request)
        } catch let error as HubIdentityError {
            return pages.message(.badGateway, "The hub does not answer", "\(error). Try again in a minute.")
        }
        guard let visitor else {
            if isPage, request.headers[.authorization] == nil, !isFromScript(request) {
                return try login.begin(for: request)
            }
            return pages.message(
                .forbidden, "Not allowed",
                "Log in to the hub, or send a token of yours that has the scope "
                    + "access:services!service=\(environment.name): Authorization: token …")
        }
        if visitor.isByCookie {
            // Servers of other users are on the same host: what runs on their pages must not read this.
            guard !isFromScript(request), !changes || isFromHere(request) else {
                return pages.message(.forbidden, "Not allowed", "This can only be opened from the service's own page.")
            }
        }
        return try await body(visitor)
    }

    /// Whether a script or a frame of some page asks, not a person who opens an address. Browsers say so, and scripts
    /// cannot say otherwise.
    ///
    /// Chromium asks for a link that is marked as a download, and for the rest of one that broke off, with the
    /// destination `empty`, as for a script, but with the mode `navigate`: that no script can choose (`fetch` refuses it),
    /// and what it answers goes into a file, not to a page. A frame has the mode too, but another destination.
    ///
    /// Firefox asks for the rest of a download, and for what is saved by "Save Link As", as for a script too, and says
    /// that no site asks: then the browser itself does.
    private func isFromScript(_ request: Request) -> Bool {
        guard let destination = request.headers[.fetchDestination] else { return false }
        guard destination == "empty" else { return destination != "document" }
        return request.headers[.fetchMode] != "navigate" && request.headers[.fetchSite] != "none"
    }

    /// Whether a form of this service sends the request.
    private func isFromHere(_ request: Request) -> Bool {
        if let site = request.headers[.fetchSite], site != "same-origin" { return false }
        guard let origin = request.headers[.origin].flatMap(URLComponents.init(string:)), let host = origin.host else {
            return request.headers[.fetchSite] == "same-origin"
        }
        let sender = host + (origin.port.map { ":\($0)" } ?? "")
        let here = request.headers[.forwardedHost] ?? request.head.authority ?? ""
        return sender == here || sender == request.head.authority
    }

    /// Where the request came from, as the proxies say: each adds whom it saw at the end, so that what stands before may be
    /// anything that the client wrote.
    func address(_ request: Request, _ context: HomeRequestContext?) -> String? {
        request.headers[.forwardedFor].map { String($0.suffix(200)) } ?? context?.address
    }
}
