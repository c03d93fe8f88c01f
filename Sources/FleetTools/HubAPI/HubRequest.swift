import FleetModel

/// One question to a hub, as a value: what is asked can be compared in tests before it is asked.
package struct HubRequest: Sendable, Equatable {
    /// What is done with the thing that the path names.
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
    }

    /// A field of a form.
    package struct Field: Sendable, Equatable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package var method: Method
    /// Below the hub's API, such as `/users?limit=200`; escaped.
    package var path: String
    /// Who asks; nil: anybody may. It never gets into a log.
    package var token: String?
    /// What a request with POST brings along.
    package var form: [Field]
    /// What a request brings along instead, as JSON; nil for nothing.
    package var json: [UInt8]?
    /// How long the whole answer may take.
    package var timeLimit: Duration
    /// Whether more than the status of the answer counts.
    package var wantsBody: Bool

    package init(
        _ method: Method, _ path: String, token: String? = nil, form: [Field] = [],
        json: [UInt8]? = nil, timeLimit: Duration = .seconds(20), wantsBody: Bool = true
    ) {
        self.method = method
        self.path = path
        self.token = token
        self.form = form
        self.json = json
        self.timeLimit = timeLimit
        self.wantsBody = wantsBody
    }
}

extension HubRequest {
    /// Whether the hub is up. Anybody may ask.
    package static let health = HubRequest(.get, "/health", timeLimit: .seconds(5), wantsBody: false)

    /// The path of `proof`, below the API.
    package static let proofPath = "/hubfleet/proof"

    /// What only this hub can say to a number that was never used before.
    package static func proof(_ nonce: String) -> HubRequest {
        HubRequest(.get, "\(proofPath)?nonce=\(nonce)", timeLimit: .seconds(5))
    }

    /// Whose token this is.
    package static func owner(ofToken token: String) -> HubRequest { HubRequest(.get, "/user", token: token) }

    /// What the hub knows of one user.
    package static func user(_ name: String, token: String) -> HubRequest {
        HubRequest(.get, "/users/\(name.percentEncoded)", token: token)
    }

    /// A page of the hub's users, which begins after so many.
    package static func users(from start: Int, token: String) -> HubRequest {
        HubRequest(.get, "/users?limit=200&offset=\(start)", token: token)
    }

    /// The user's token for the code that came back from the hub's login, by OAuth 2 with a verifier.
    package static func token(
        forCode code: String, verifier: String, redirect: String, clientID: String, clientSecret: String
    ) -> HubRequest {
        HubRequest(
            .post, "/oauth2/token",
            form: [
                Field("client_id", clientID), Field("client_secret", clientSecret),
                Field("grant_type", "authorization_code"), Field("code", code), Field("redirect_uri", redirect),
                Field("code_verifier", verifier),
            ])
    }
}
