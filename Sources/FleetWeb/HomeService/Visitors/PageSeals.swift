import FleetTools
import Foundation
import Hummingbird
import Texts

/// What only the service's own pages have, and nobody else can make: the token in each of their forms, and the pass for
/// what a form asked for.
struct PageSeals: Sendable {
    private struct Token: Codable {
        let hubToken: String
        let action: ExactText
        let made: Date
    }

    private struct Pass: Codable {
        let user: ExactText
        let path: ExactText
        let made: Date
    }

    /// Seconds: as long as a login.
    private static let tokenAge = 12.0 * 3600
    /// Seconds: as long as the rest of a download may be asked for.
    private static let passAge = 7.0 * 24 * 3600

    let sealed: SealedText
    let time: any TimeSource

    /// A form on a visitor's page, as templates show it. Its token says who sees the page: no cookie comes with what a
    /// sandboxed page sends. It is good for this form alone, so that whoever gets hold of it can do no more than was asked.
    ///
    /// `action`: the path that the form is sent to.
    func form(_ action: String, of visitor: Visitor) throws -> [String: Any] {
        let token = Token(hubToken: visitor.token, action: action.exact, made: time.now)
        return ["action": action, "token": try seal(token, "page")]
    }

    /// The hub's token of whom a page was made for; nil when its form's token was not made here, is for another path, or
    /// is too old.
    func hubToken(in token: String, at path: String) -> String? {
        guard let token: Token = open(token, "page"), token.action == path.exact, isNew(token.made, Self.tokenAge)
        else { return nil }
        return token.hubToken
    }

    /// Sends a browser from a form to the same address, with the pass for what is there.
    func confirm(_ request: Request, of visitor: Visitor) throws -> Response {
        let path = request.uri.path
        return .redirect(to: "\(path)?pass=\(try pass(of: visitor, to: path))", type: .normal)
    }

    /// The pass with which a visitor's browser gets what is at a path.
    func pass(of visitor: Visitor, to path: String) throws -> String {
        try seal(Pass(user: visitor.name, path: path.exact, made: time.now), "pass")
    }

    /// Whether a pass is this user's, for this path, and not too old.
    func isPass(_ pass: String, of user: ExactText, to path: String) -> Bool {
        guard let pass: Pass = open(pass, "pass") else { return false }
        return pass.user == user && pass.path == path.exact && isNew(pass.made, Self.passAge)
    }

    private func isNew(_ made: Date, _ age: TimeInterval) -> Bool { time.now.timeIntervalSince(made) < age }

    private func seal(_ value: some Encodable, _ purpose: String) throws -> String {
        try sealed.seal(String(decoding: try JSONEncoder().encode(value), as: UTF8.self), purpose: purpose)
    }

    private func open<Value: Decodable>(_ text: String, _ purpose: String) -> Value? {
        sealed.open(text, purpose: purpose).flatMap { try? JSONDecoder().decode(Value.self, from: Data($0.utf8)) }
    }
}
