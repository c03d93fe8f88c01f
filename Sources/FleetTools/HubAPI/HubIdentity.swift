import Texts

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
    func isAdministrator(_ user: ExactText) async throws -> Bool

    /// The names of all users of the hub.
    /// - Throws: `HubIdentityError` when the hub cannot be asked.
    func users() async throws -> [ExactText]
}

/// What a hub says of a token.
package struct HubTokenOwner: Sendable, Equatable {
    package let name: ExactText
    /// False for the token of a service.
    package let isUser: Bool
    package let scopes: Set<ExactText>

    package init(name: ExactText, isUser: Bool, scopes: Set<ExactText>) {
        self.name = name
        self.isUser = isUser
        self.scopes = scopes
    }
}

/// Why a hub cannot say who somebody is. It holds nothing of a token.
package enum HubIdentityError: Error, Equatable, CustomStringConvertible {
    case noAnswer
    case badStatus(Int)
    case unknownForm
    case usersNotListed

    package var description: String { "the hub cannot be asked who this is: \(reason)" }

    private var reason: String {
        switch self {
        case .noAnswer: "it does not answer"
        case .badStatus(let status): "it answers \(status)"
        case .unknownForm: "its answer has an unknown form"
        case .usersNotListed: "the service may not list the users"
        }
    }
}
