import FleetTesting
import Testing
import Texts

@testable import FleetWeb

@Suite(.tags(.small))
struct HomeServiceEnvironmentTests {
    private let variables = [
        "JUPYTERHUB_SERVICE_NAME": "downloads", "JUPYTERHUB_SERVICE_PREFIX": "/hub1/services/downloads/",
        "JUPYTERHUB_API_URL": "http://127.0.0.1:8081/hub1/hub/api", "JUPYTERHUB_API_TOKEN": "secret",
        "JUPYTERHUB_SERVICE_URL": "http://127.0.0.1:9000",
    ]

    @Test func fillsInWhatAHubMayLeaveOut() throws {
        let environment = try HomeServiceEnvironment(variables)
        #expect(environment.clientID == "service-downloads")
        #expect(environment.callback == "/hub1/services/downloads/oauth_callback")
        #expect(environment.base == "/")
        #expect(environment.hubHost == "")
        #expect((environment.host, environment.port) == ("127.0.0.1", 9_000))
        #expect(environment.accessScopes == ["access:services", "access:services!service=downloads"])
    }

    @Test func takesWhatAHubSays() throws {
        let more = [
            "JUPYTERHUB_CLIENT_ID": "client", "JUPYTERHUB_OAUTH_CALLBACK_URL": "/x/cb", "JUPYTERHUB_BASE_URL": "/hub1/",
            "JUPYTERHUB_HOST": "https://hub.example.org",
        ]
        let environment = try HomeServiceEnvironment(variables.merging(more) { $1 })
        #expect(environment.clientID == "client")
        #expect(environment.callback == "/x/cb")
        #expect(environment.base == "/hub1/")
        #expect(environment.hubHost == "https://hub.example.org")
    }

    @Test(arguments: ["SERVICE_NAME", "SERVICE_PREFIX", "API_URL", "API_TOKEN", "SERVICE_URL"], [nil, ""])
    func saysWhichVariableIsMissing(_ name: String, _ value: String?) {
        var variables = variables
        variables["JUPYTERHUB_" + name] = value
        #expect(throws: HomeServiceError.noVariable("JUPYTERHUB_" + name)) { try HomeServiceEnvironment(variables) }
    }

    @Test(arguments: ["services/x/", "/services/x", "x"])
    func thePrefixNeedsSlashes(_ value: String) {
        var variables = variables
        variables["JUPYTERHUB_SERVICE_PREFIX"] = value
        #expect(throws: HomeServiceError.prefixWithoutSlashes) { try HomeServiceEnvironment(variables) }
    }

    @Test(arguments: ["9000", "http://127.0.0.1", "http://:::", "/path"])
    func theAddressNeedsAPort(_ value: String) {
        var variables = variables
        variables["JUPYTERHUB_SERVICE_URL"] = value
        #expect(throws: HomeServiceError.addressWithoutPort) { try HomeServiceEnvironment(variables) }
    }
}
