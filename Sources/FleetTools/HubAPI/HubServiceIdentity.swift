import Foundation
import Texts

/// Asks a hub who somebody is, as one of its services and with the token of that.
package struct HubServiceIdentity: HubIdentity {
    private let hub: any HubAPI
    private let address: String
    private let clientID: String
    private let token: String

    /// - Parameters:
    ///   - hub: is asked.
    ///   - address: its API, such as `http://127.0.0.1:8081/hub/api`.
    ///   - clientID: of the service, such as `service-home-download`.
    ///   - token: the service's own.
    package init(hub: any HubAPI, address: String, clientID: String, token: String) {
        self.hub = hub
        self.address = address
        self.clientID = clientID
        self.token = token
    }

    package func owner(ofToken token: String) async throws -> HubTokenOwner? {
        struct Answer: Decodable {
            let name: ExactText
            let kind: String?
            let scopes: [ExactText]?
        }
        guard Self.isHeaderText(token), let answer: Answer = try await ask(.owner(ofToken: token)) else { return nil }
        return HubTokenOwner(name: answer.name, isUser: answer.kind == "user", scopes: Set(answer.scopes ?? []))
    }

    package func token(forCode code: String, verifier: String, redirect: String) async throws -> String? {
        struct Answer: Decodable {
            let token: String

            enum CodingKeys: String, CodingKey {
                case token = "access_token"
            }
        }
        let request = HubRequest.token(
            forCode: code, verifier: verifier, redirect: redirect, clientID: clientID, clientSecret: token)
        let answer: Answer? = try await ask(request)
        return answer?.token
    }

    package func isAdministrator(_ user: ExactText) async throws -> Bool {
        struct Answer: Decodable {
            let admin: Bool?
        }
        let answer: Answer? = try await ask(.user(user.text, token: token))
        return answer?.admin ?? false
    }

    package func users() async throws -> [ExactText] {
        struct Answer: Decodable {
            let name: ExactText
        }
        var names: [ExactText] = []
        var known: Set<ExactText> = []
        while true {
            guard let page: [Answer] = try await ask(.users(from: names.count, token: token)) else {
                throw HubIdentityError.usersNotListed
            }
            // A hub may give fewer at once than it was asked for: the end is where nothing new comes.
            let new = page.map(\.name).filter { known.insert($0).inserted }
            guard !new.isEmpty else { return names }
            names += new
        }
    }

    /// Nil when the hub refuses or does not know.
    private func ask<Answer: Decodable>(_ request: HubRequest) async throws -> Answer? {
        let answer: HubAnswer
        do { answer = try await hub.answer(to: request, at: address) } catch { throw HubIdentityError.noAnswer }
        switch answer.status {
        case 200..<300: break
        case 400, 401, 403, 404: return nil
        default: throw HubIdentityError.badStatus(answer.status)
        }
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(answer.body))
        } catch {
            throw HubIdentityError.unknownForm
        }
    }

    /// A token comes from outside; nothing but one word may get into a header.
    private static func isHeaderText(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count < 4_096 && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
}
