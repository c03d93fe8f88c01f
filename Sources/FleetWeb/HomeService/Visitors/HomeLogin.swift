import Crypto
import FleetTools
import Foundation
import HTTPTypes
import Hummingbird

/// Somebody whom the hub knows and lets use the service.
struct Visitor: Sendable, Equatable {
    let name: String
    /// Whether a browser's cookie says so, not a token in the request.
    let isByCookie: Bool
}

/// Logins by the hub's OAuth, with state and PKCE; and tokens of the hub.
struct HomeLogin: Sendable {
    private let environment: HomeServiceEnvironment
    private let hub: any HubIdentity
    private let sealed: SealedText

    private struct Attempt: Codable {
        let state: String
        let verifier: String
        let next: String
        let begun: Date
    }

    init(_ environment: HomeServiceEnvironment, hub: any HubIdentity, sealed: SealedText) {
        self.environment = environment
        self.hub = hub
        self.sealed = sealed
    }

    private var cookieName: String { "\(environment.name)-token" }
    private func attemptCookie(_ state: String) -> String { "\(environment.name)-login-\(state.prefix(8))" }

    /// Who asks; nil when nobody is logged in, or the hub does not let them use the service.
    ///
    /// - Throws: `HubIdentityError`.
    func visitor(of request: Request) async throws -> Visitor? {
        let header = request.headers[.authorization]
        let bearer = header.flatMap { value -> String? in
            let words = value.split(separator: " ", maxSplits: 1)
            guard words.count == 2, ["token", "bearer"].contains(words[0].lowercased()) else { return nil }
            return words[1].trimmingCharacters(in: .whitespaces)
        }
        let cookie = request.cookies[cookieName].flatMap { sealed.open($0.value, purpose: "token") }
        guard let token = bearer ?? (header == nil ? cookie : nil) else { return nil }
        guard let owner = try await hub.owner(ofToken: token), owner.isUser,
            !owner.scopes.isDisjoint(with: environment.accessScopes)
        else { return nil }
        return Visitor(name: owner.name, isByCookie: bearer == nil)
    }

    /// Sends a browser to the hub's login.
    func begin(for request: Request) throws -> Response {
        let attempt = Attempt(
            state: RandomText.make(), verifier: RandomText.make(), next: request.uri.path, begun: Date())
        let digest = SealedText.encoded(Data(SHA256.hash(data: Data(attempt.verifier.utf8))))
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
            cookie(attemptCookie(attempt.state), try sealed.seal(text, purpose: "login"), age: 600, request))
        return response
    }

    /// What the hub sends a browser back with.
    ///
    /// - Returns: nil when it did not begin here, or the hub refuses.
    func finish(_ request: Request) async throws -> Response? {
        guard let state = request.uri.queryParameters["state"].map(String.init),
            let code = request.uri.queryParameters["code"].map(String.init),
            let cookie = request.cookies[attemptCookie(state)], let text = sealed.open(cookie.value, purpose: "login"),
            let attempt = try? JSONDecoder().decode(Attempt.self, from: Data(text.utf8)), attempt.state == state,
            Date().timeIntervalSince(attempt.begun) < 600,
            let token = try await hub.token(
                forCode: code, verifier: attempt.verifier, redirect: environment.callback)
        else { return nil }
        // Only to this service, whatever the request said.
        let next = attempt.next.hasPrefix(environment.prefix) ? attempt.next : environment.prefix
        var response = Response.redirect(to: next, type: .found)
        response.setCookie(self.cookie(cookieName, try sealed.seal(token, purpose: "token"), age: 12 * 3600, request))
        response.setCookie(self.cookie(attemptCookie(state), "", age: 0, request))
        return response
    }

    /// Ends the login in this browser; the hub's stays.
    func logout(_ request: Request) -> Response {
        var response = Response.redirect(to: environment.base + "hub/home", type: .found)
        response.setCookie(cookie(cookieName, "", age: 0, request))
        return response
    }

    private func cookie(_ name: String, _ value: String, age: Int, _ request: Request) -> Cookie {
        let isSecure = request.headers[HTTPField.Name.forwardedProtocol]?.hasPrefix("https") ?? false
        return Cookie(
            name: name, value: value, maxAge: age, path: environment.prefix, secure: isSecure, httpOnly: true,
            sameSite: .lax)
    }
}

extension HTTPField.Name {
    static let forwardedProtocol = named("X-Forwarded-Proto")
    static let forwardedHost = named("X-Forwarded-Host")
    static let forwardedFor = named("X-Forwarded-For")
    static let fetchDestination = named("Sec-Fetch-Dest")
    static let fetchMode = named("Sec-Fetch-Mode")
    static let fetchSite = named("Sec-Fetch-Site")
    static let accelBuffering = named("X-Accel-Buffering")
    static let frameOptions = named("X-Frame-Options")
    static let referrerPolicy = named("Referrer-Policy")

    /// All names above are valid; the other one is never used.
    private static func named(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .server }
}
