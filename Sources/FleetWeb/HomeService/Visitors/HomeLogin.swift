import Crypto
import FleetTools
import Foundation
import HTTPTypes
import Hummingbird
import Texts

/// The logins by the hub's OAuth, with state and PKCE, and the tokens of the hub.
struct HomeLogin: Sendable {
    private let environment: HomeServiceEnvironment
    private let hub: any HubIdentity
    private let cookies: SealedCookies
    private let time: any TimeSource

    private struct Attempt: Codable {
        let state: String
        let verifier: String
        let next: String
        let begun: Date
    }

    init(_ environment: HomeServiceEnvironment, hub: any HubIdentity, sealed: SealedText, time: any TimeSource) {
        self.environment = environment
        self.hub = hub
        self.time = time
        cookies = SealedCookies(path: environment.prefix, sealed: sealed)
    }

    /// The service's name on the hub.
    var service: String { environment.name }
    /// Below which the service is.
    var prefix: String { environment.prefix }
    /// The page of a login that failed.
    private var failed: String { prefix + "login-failed" }

    private var cookieName: String { "\(environment.name)-token" }
    private func attemptCookie(_ state: String) -> String { "\(environment.name)-login-\(state.prefix(8))" }

    /// The visitor whose program sends a header such as `token …`.
    ///
    /// - Throws: `VisitorRefusal.notLoggedIn`, `HubIdentityError`.
    func visitor(sending header: String) async throws -> Visitor {
        let words = header.split(separator: " ", maxSplits: 1)
        guard words.count == 2, ["token", "bearer"].contains(words[0].lowercased()),
            let visitor = try await visitor(words[1].trimmingCharacters(in: .whitespaces), by: .token)
        else { throw VisitorRefusal.notLoggedIn(service: service) }
        return visitor
    }

    /// The visitor whom a token of the hub is about; nil when the hub does not let them use the service.
    ///
    /// - Throws: `HubIdentityError`.
    func visitor(_ token: String, by way: Visitor.Way) async throws -> Visitor? {
        guard let owner = try await hub.owner(ofToken: token), owner.isUser,
            !owner.scopes.isDisjoint(with: environment.accessScopes)
        else { return nil }
        return Visitor(name: owner.name, token: token, way: way)
    }

    /// The hub's token in the cookie that a login left.
    func token(inCookieOf request: Request) -> String? { cookies.text(cookieName, purpose: "token", in: request) }

    /// Sends a browser to the hub's login.
    func begin(for request: Request) throws -> Response {
        let attempt = Attempt(
            state: UnguessableText.make(), verifier: UnguessableText.make(), next: request.uri.path, begun: time.now)
        let digest = Base64URL.text(Data(SHA256.hash(data: Data(attempt.verifier.utf8))))
        var address = URLComponents()
        address.queryItems = [
            URLQueryItem(name: "client_id", value: environment.clientID),
            URLQueryItem(name: "redirect_uri", value: environment.callback),
            URLQueryItem(name: "response_type", value: "code"), URLQueryItem(name: "state", value: attempt.state),
            URLQueryItem(name: "code_challenge", value: digest),
            URLQueryItem(name: "code_challenge_method", value: "S256"),
        ]
        let query = address.percentEncodedQuery ?? ""
        var response = Response.redirect(
            to: "\(environment.hubHost)\(environment.base)hub/api/oauth2/authorize?\(query)", type: .found)
        let text = String(decoding: try JSONEncoder().encode(attempt), as: UTF8.self)
        response.setCookie(
            try cookies.cookie(attemptCookie(attempt.state), text, purpose: "login", age: 600, for: request))
        return response
    }

    /// Takes a browser back from the hub's login to the page that it asked for. Who did not begin the login here is sent to
    /// an address without the hub's code: a script that reads where it ended up could use it elsewhere.
    ///
    /// - Throws: `HubIdentityError`.
    func finish(_ request: Request) async throws -> Response {
        guard RequestInitiator(request) == .person,
            let state = request.uri.queryParameters["state"].map(String.init),
            let code = request.uri.queryParameters["code"].map(String.init),
            let text = cookies.text(attemptCookie(state), purpose: "login", in: request),
            let attempt = try? JSONDecoder().decode(Attempt.self, from: Data(text.utf8)),
            attempt.state.exact == state.exact,
            time.now.timeIntervalSince(attempt.begun) < 600,
            let token = try await hub.token(
                forCode: code, verifier: attempt.verifier, redirect: environment.callback)
        else { return .redirect(to: failed, type: .found) }
        // Only to this service, whatever the request said; two slashes would begin the name of another host.
        let isHere = attempt.next.exact.hasPrefix(prefix.exact) && !attempt.next.exact.hasPrefix("//")
        let next = isHere ? attempt.next : prefix
        var response = Response.redirect(to: next, type: .found)
        response.setCookie(
            try cookies.cookie(cookieName, token, purpose: "token", age: 12 * 3600, for: request))
        response.setCookie(cookies.end(attemptCookie(state), for: request))
        return response
    }

    /// Ends the login in this browser; the hub's stays.
    func logout(_ request: Request) -> Response {
        var response = Response.redirect(to: environment.base + "hub/home", type: .found)
        response.setCookie(cookies.end(cookieName, for: request))
        return response
    }
}
