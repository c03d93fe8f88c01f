import AsyncHTTPClient
import FleetTesting
import FleetTools
import Foundation
import Homes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Testing
import Texts

@testable import FleetWeb

/// Homes and a service for them: its router alone, or the whole on a port of its own.
struct ServiceFixture {
    /// As the JupyterHub of a local hub says it; made by hand so that tests need no `try`.
    static let variables = [
        "JUPYTERHUB_SERVICE_NAME": "home-download", "JUPYTERHUB_SERVICE_PREFIX": "/services/home-download/",
        "JUPYTERHUB_API_URL": "http://127.0.0.1:1/hub/api", "JUPYTERHUB_API_TOKEN": "service",
        "JUPYTERHUB_SERVICE_URL": "http://127.0.0.1:9",
    ]
    static var environment: HomeServiceEnvironment { get throws { try HomeServiceEnvironment(variables) } }

    static var templates: PageTemplates {
        get throws { try PageTemplates(shared: ["prefix": "/services/home-download/", "hub": "/hub/home"]) }
    }

    let folder: TemporaryFolder
    let hub: ScriptedHub
    var settings: HomeServiceSettings
    var time: any TimeSource = SystemTime()

    /// `size`: of the largest file of each home, in bytes.
    init(_ users: [String] = ["ada", "bob"], size: Int = 3_000_000) throws {
        folder = try TemporaryFolder()
        hub = ScriptedHub(users: users)
        settings = HomeServiceSettings(
            homes: folder.path + "/homes", scheme: .escape, state: folder.path + "/state")
        var random = SplitMix(state: 9)
        for user in users {
            try folder.write(["homes/\(user)/canary.txt": "canary of \(user)", "homes/\(user)/.hidden/a b": "hidden"])
            let words = (0..<size / 8).map { _ in random.next() }
            try words.withUnsafeBytes { try Data($0).write(to: URL(filePath: "\(folder.path)/homes/\(user)/data")) }
            symlink("canary.txt", "\(folder.path)/homes/\(user)/link")
        }
    }

    /// The router of a service, with all that it keeps.
    func router() throws -> Router<HomeRequestContext> {
        try HomeService(try Self.environment, settings, hub: hub, time: time).router()
    }

    /// Somebody who asks the router of a service that was just started.
    func routerClient() throws -> RouterClient<HomeRequestContext> { RouterClient(try router()) }

    /// Runs the service on a port, and `body` meanwhile.
    func run(_ body: (PortClient) async throws -> Void) async throws {
        try await runAndStop { client, _ in try await body(client) }
    }

    /// Runs the service, and `body` meanwhile, which may stop it as a signal does; that answers how long it took.
    func runAndStop(
        _ body: (PortClient, _ stop: @escaping @Sendable () async -> Duration) async throws -> Void
    ) async throws {
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let application = buildApplication(
            at: .hostname("127.0.0.1", port: 0), router: try router(), logger: logger
        ) { channel in
            found.yield(channel.localAddress?.port ?? 0)
        }
        let group = ServiceGroup(configuration: HomeService.ending(application, logger: logger))
        let server = Task { try await group.run() }
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 200
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let port = try #require(await ports.first { _ in true })
        do {
            try await body(PortClient(port: port, http: http)) {
                let begun = ContinuousClock.now
                await group.triggerGracefulShutdown()
                _ = await server.result
                return ContinuousClock.now - begun
            }
        } catch {
            try await http.shutdown()
            server.cancel()
            throw error
        }
        try await http.shutdown()
        server.cancel()
        _ = await server.result
    }

    /// A cookie as the service makes it after a login.
    func cookie(token: String, purpose: String = "token") throws -> (String, String) {
        let sealed = try SealedText(keyFile: settings.state + "/cookie.key")
        return ("Cookie", "home-download-token=\(try sealed.seal(token, purpose: purpose))")
    }

    /// Somebody with a browser who has logged in.
    func browser<Client: ServiceClient>(of user: String, _ client: Client) throws -> BrowserUser<Client> {
        BrowserUser(client: client, cookie: try cookie(token: "token-\(user)"))
    }

    /// The lines of the audit log.
    func audit() throws -> [[String: String]] {
        try folder.read("state/audit.jsonl").split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return try #require(object).mapValues { "\($0)" }
        }
    }

    /// Asks for the rest of an archive of ada's, which with what came before must be whole.
    func goOn(_ client: PortClient, _ address: String, after got: ByteBuffer) async throws -> ByteBuffer {
        let rest = try await client.ask(address, .GET, [("Range", "bytes=\(got.readableBytes)-")], user: "ada")
        #expect(rest.status == 206)
        var whole = got
        whole.writeImmutableBuffer(rest.body)
        try expectHome(of: "ada", whole)
        return whole
    }

    /// Whether an archive is whole, and holds this user's home and nothing else.
    func expectHome(
        of user: String, _ archive: ByteBuffer, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let path = "\(folder.path)/\(UUID().uuidString).archive"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(archive.readableBytesView).write(to: URL(filePath: path))
        var verification = try HomeVerification(path)
        try verification.compare(with: "\(folder.path)/homes/\(user)")
        #expect(verification.faults == [], sourceLocation: sourceLocation)
        #expect(verification.owner == user.exact, sourceLocation: sourceLocation)
        #expect(verification.verified >= 4, sourceLocation: sourceLocation)
    }
}
