import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Who somebody is, as a hub tells one of its services.
package protocol HubIdentity: Sendable {
    /// Whose token this is; nil when the hub does not know it.
    /// - Throws: `HubIdentityError` when the hub cannot be asked.
    func owner(ofToken token: String) async throws -> HubTokenOwner?

    /// The user's token for the code that came back from the hub's login; nil when the hub refuses it.
    /// - Throws: `HubIdentityError` when the hub cannot be asked.
    func token(forCode code: String, verifier: String, redirect: String) async throws -> String?

    /// Whether a user is an administrator of the hub.
    /// - Throws: `HubIdentityError` when the hub cannot be asked.
    func isAdministrator(_ user: String) async throws -> Bool

    /// The names of all users of the hub.
    /// - Throws: `HubIdentityError` when the hub cannot be asked.
    func users() async throws -> [String]
}

/// What a hub says of a token.
package struct HubTokenOwner: Sendable, Equatable {
    package let name: String
    /// False for the token of a service.
    package let isUser: Bool
    package let scopes: Set<String>

    package init(name: String, isUser: Bool, scopes: Set<String>) {
        self.name = name
        self.isUser = isUser
        self.scopes = scopes
    }
}

/// Why a hub cannot say who somebody is. It holds nothing of a token.
package struct HubIdentityError: Error, Equatable, CustomStringConvertible {
    package let reason: String

    package init(reason: String) { self.reason = reason }

    package var description: String { "the hub cannot be asked who this is: \(reason)" }
}

/// Asks a hub over HTTP, with the token of the service.
package struct HTTPHubIdentity: HubIdentity {
    private let api: String
    private let clientID: String
    private let serviceToken: String
    private static let limit = 64 << 20

    /// - Parameters:
    ///   - api: such as `http://127.0.0.1:8081/hub/api`.
    ///   - clientID: of the service, such as `service-home-download`.
    ///   - serviceToken: the service's own.
    package init(api: String, clientID: String, serviceToken: String) {
        self.api = api.hasSuffix("/") ? String(api.dropLast()) : api
        self.clientID = clientID
        self.serviceToken = serviceToken
    }

    package func owner(ofToken token: String) async throws -> HubTokenOwner? {
        struct Answer: Decodable {
            let name: String
            let kind: String?
            let scopes: [String]?
        }
        guard Self.isHeaderText(token), let data = try await get("/user", token: token) else { return nil }
        let answer = try Self.decode(Answer.self, data)
        return HubTokenOwner(name: answer.name, isUser: answer.kind == "user", scopes: Set(answer.scopes ?? []))
    }

    package func token(forCode code: String, verifier: String, redirect: String) async throws -> String? {
        struct Answer: Decodable {
            let token: String

            enum CodingKeys: String, CodingKey {
                case token = "access_token"
            }
        }
        var request = HTTPClientRequest(url: api + "/oauth2/token")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        let fields = [
            ("client_id", clientID), ("client_secret", serviceToken), ("grant_type", "authorization_code"),
            ("code", code), ("redirect_uri", redirect), ("code_verifier", verifier),
        ]
        let body = fields.map { "\($0.0)=\(Self.escaped($0.1))" }.joined(separator: "&")
        request.body = .bytes(ByteBuffer(string: body))
        guard let data = try await answer(request) else { return nil }
        return try Self.decode(Answer.self, data).token
    }

    package func isAdministrator(_ user: String) async throws -> Bool {
        struct Answer: Decodable {
            let admin: Bool?
        }
        guard let data = try await get("/users/\(Self.escaped(user))", token: serviceToken) else { return false }
        return try Self.decode(Answer.self, data).admin ?? false
    }

    package func users() async throws -> [String] {
        struct Answer: Decodable {
            let name: String
        }
        var names: [String] = []
        var known: Set<String> = []
        while true {
            guard let data = try await get("/users?limit=200&offset=\(names.count)", token: serviceToken) else {
                throw HubIdentityError(reason: "the service may not list the users")
            }
            let page = try Self.decode([Answer].self, data)
            // A hub may give fewer at once than it was asked for: the end is where nothing new comes.
            let new = page.map(\.name).filter { known.insert($0).inserted }
            guard !new.isEmpty else { return names }
            names += new
        }
    }

    private func get(_ path: String, token: String) async throws -> Data? {
        var request = HTTPClientRequest(url: api + path)
        request.headers.add(name: "Authorization", value: "token \(token)")
        return try await answer(request)
    }

    /// Nil when the hub refuses or does not know.
    private func answer(_ request: HTTPClientRequest) async throws -> Data? {
        do {
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
            switch response.status.code {
            case 200..<300: return Data(try await response.body.collect(upTo: Self.limit).readableBytesView)
            case 400, 401, 403, 404: return nil
            default: throw HubIdentityError(reason: "it answers \(response.status.code)")
            }
        } catch let error as HubIdentityError {
            throw error
        } catch {
            throw HubIdentityError(reason: "it does not answer")
        }
    }

    private static func decode<Answer: Decodable>(_ type: Answer.Type, _ data: Data) throws -> Answer {
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            throw HubIdentityError(reason: "its answer has an unknown form")
        }
    }

    /// A token comes from outside; nothing but one word may get into a header.
    private static func isHeaderText(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count < 4_096 && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    private static func escaped(_ text: String) -> String {
        let plain = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        return text.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
    }
}
