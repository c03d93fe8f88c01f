import FleetTesting
import FleetTools
import Testing
import Texts

@Suite(.tags(.small))
struct HubServiceIdentityTests {
    private func identity(_ hub: ScriptedHubAPI) -> HubServiceIdentity {
        HubServiceIdentity(hub: hub, address: "http://hub/hub/api", clientID: "service-x", token: "own")
    }

    private func hub(_ answer: @escaping @Sendable (HubRequest) -> (Int, String)) -> ScriptedHubAPI {
        ScriptedHubAPI { request, address in
            #expect(address == "http://hub/hub/api")
            let (status, text) = answer(request)
            return HubAnswer(status: status, body: Array(text.utf8))
        }
    }

    @Test func asksWhoseTokenItIsWithThatToken() async throws {
        let hub = hub { _ in (200, #"{"name": "ann", "kind": "user", "scopes": ["self"]}"#) }
        let owner = try await identity(hub).owner(ofToken: "theirs")
        #expect(owner == HubTokenOwner(name: "ann", isUser: true, scopes: ["self"]))
        #expect(hub.requests == [HubRequest(.get, "/user", token: "theirs")])
    }

    @Test(arguments: ["", "two words", "line\nbreak", String(repeating: "x", count: 5_000)])
    func whatIsNoTokenGoesToNoHub(_ text: String) async throws {
        let hub = hub { _ in (200, "{}") }
        #expect(try await identity(hub).owner(ofToken: text) == nil)
        #expect(hub.requests == [])
    }

    @Test func exchangesACodeForAToken() async throws {
        let hub = hub { _ in (200, #"{"access_token": "new"}"#) }
        let token = try await identity(hub).token(forCode: "c", verifier: "v", redirect: "/r")
        #expect(token == "new")
        let fields = [
            ("client_id", "service-x"), ("client_secret", "own"), ("grant_type", "authorization_code"), ("code", "c"),
            ("redirect_uri", "/r"), ("code_verifier", "v"),
        ].map { HubRequest.Field($0.0, $0.1) }
        #expect(hub.requests == [HubRequest(.post, "/oauth2/token", form: fields)])
    }

    @Test func namesOfUsersAreEscapedInAddresses() async throws {
        let hub = hub { _ in (200, #"{"admin": true}"#) }
        #expect(try await identity(hub).isAdministrator("a/b c?"))
        #expect(hub.requests == [HubRequest(.get, "/users/a%2Fb%20c%3F", token: "own")])
    }

    /// The hub gives fewer at once than it was asked for.
    @Test func readsAllPagesOfUsers() async throws {
        let names: [ExactText] = ["ann", "bob", "cem"]
        let hub = hub { request in
            let start = Int(request.path.split(separator: "=").last ?? "") ?? 0
            return (
                200, "[" + names.dropFirst(start).prefix(2).map { #"{"name": "\#($0)"}"# }.joined(separator: ",") + "]"
            )
        }
        #expect(try await identity(hub).users() == names)
        #expect(
            hub.requests == [0, 2, 3].map { HubRequest(.get, "/users?limit=200&offset=\($0)", token: "own") })
    }

    @Test(arguments: [
        (500, "", HubIdentityError.badStatus(500)), (200, "no JSON", .unknownForm), (403, "", .usersNotListed),
    ])
    func saysWhyItCannotBeAsked(_ status: Int, _ text: String, _ expected: HubIdentityError) async {
        await #expect(throws: expected) { try await identity(hub { _ in (status, text) }).users() }
    }

    @Test func aHubThatIsAwaySaysNothing() async {
        let away = ScriptedHubAPI { _, address in throw HubAPIError.noAnswer(address: address) }
        await #expect(throws: HubIdentityError.noAnswer) { try await identity(away).isAdministrator("ann") }
        #expect(await away.isHealthy(at: "http://hub/hub/api") == false)
        #expect(await hub { _ in (503, "") }.isHealthy(at: "http://hub/hub/api") == false)
        #expect(await hub { _ in (200, "") }.isHealthy(at: "http://hub/hub/api"))
    }
}
