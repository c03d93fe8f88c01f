import Crypto
import FleetTools
import Foundation
import Synchronization
import Texts

@testable import FleetWeb

/// A hub that knows what it is told: tokens, codes and administrators.
final class ScriptedHub: HubIdentity {
    struct Code: Sendable {
        let token: String
        /// What the login said of its secret.
        let challenge: String
    }

    struct Facts: Sendable {
        var tokens: [ExactText: HubTokenOwner] = [:]
        var codes: [String: Code] = [:]
        var administrators: Set<ExactText> = []
        var users: [ExactText] = []
        var isAway = false
    }

    let facts: Mutex<Facts>

    init(users: [String]) {
        var facts = Facts(users: users.map(\.exact))
        for user in users {
            facts.tokens["token-\(user)".exact] = HubTokenOwner(
                name: user.exact, isUser: true, scopes: ["access:services!service=home-download"])
        }
        self.facts = Mutex(facts)
    }

    private func ask<Answer>(_ body: (inout Facts) -> Answer) throws -> Answer {
        try facts.withLock { facts in
            guard !facts.isAway else { throw HubIdentityError.noAnswer }
            return body(&facts)
        }
    }

    func owner(ofToken token: String) async throws -> HubTokenOwner? { try ask { $0.tokens[token.exact] } }

    func token(forCode code: String, verifier: String, redirect: String) async throws -> String? {
        let challenge = Base64URL.text(Data(SHA256.hash(data: Data(verifier.utf8))))
        return try ask { facts in
            // Once only, as hubs do.
            guard let known = facts.codes.removeValue(forKey: code), known.challenge == challenge,
                redirect == "/services/home-download/oauth_callback"
            else { return nil }
            return known.token
        }
    }

    func isAdministrator(_ user: ExactText) async throws -> Bool { try ask { $0.administrators.contains(user) } }

    func users() async throws -> [ExactText] { try ask { $0.users } }
}
