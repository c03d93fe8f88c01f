import AsyncHTTPClient
import Crypto
import FleetTesting
import FleetTools
import Foundation
import Homes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Synchronization
import Testing

@testable import FleetWeb

/// A hub that knows what it is told: tokens, codes and administrators.
final class ScriptedHub: HubIdentity {
    struct Code: Sendable {
        let token: String
        /// What the login said of its secret.
        let challenge: String
    }

    struct Facts: Sendable {
        var tokens: [String: HubTokenOwner] = [:]
        var codes: [String: Code] = [:]
        var administrators: Set<String> = []
        var users: [String] = []
        var isAway = false
    }

    let facts: Mutex<Facts>

    init(users: [String]) {
        var facts = Facts(users: users)
        for user in users {
            facts.tokens["token-\(user)"] = HubTokenOwner(
                name: user, isUser: true, scopes: ["access:services!service=home-download"])
        }
        self.facts = Mutex(facts)
    }

    private func ask<Answer>(_ body: (inout Facts) -> Answer) throws -> Answer {
        try facts.withLock { facts in
            guard !facts.isAway else { throw HubIdentityError(reason: "it does not answer") }
            return body(&facts)
        }
    }

    func owner(ofToken token: String) async throws -> HubTokenOwner? { try ask { $0.tokens[token] } }

    func token(forCode code: String, verifier: String, redirect: String) async throws -> String? {
        let challenge = SealedText.encoded(Data(SHA256.hash(data: Data(verifier.utf8))))
        return try ask { facts in
            // Once only, as hubs do.
            guard let known = facts.codes.removeValue(forKey: code), known.challenge == challenge,
                redirect == "/services/home-download/oauth_callback"
            else { return nil }
            return known.token
        }
    }

    func isAdministrator(_ user: String) async throws -> Bool { try ask { $0.administrators.contains(user) } }

    func users() async throws -> [String] { try ask { $0.users } }
}

/// Homes and a service for them, run on a port of its own.
struct ServiceFixture {
    /// As the JupyterHub of a local hub says it; made by hand so that tests need no `try`.
    static let variables = [
        "JUPYTERHUB_SERVICE_NAME": "home-download", "JUPYTERHUB_SERVICE_PREFIX": "/services/home-download/",
        "JUPYTERHUB_API_URL": "http://127.0.0.1:1/hub/api", "JUPYTERHUB_API_TOKEN": "service",
        "JUPYTERHUB_SERVICE_URL": "http://127.0.0.1:9",
    ]
    static var environment: HomeServiceEnvironment { get throws { try HomeServiceEnvironment(variables) } }

    let folder: TemporaryFolder
    let hub: ScriptedHub
    var settings: HomeServiceSettings

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

    /// Runs the service, and `body` meanwhile.
    func run(_ body: (ServiceClient) async throws -> Void) async throws {
        try await runAndStop { client, _ in try await body(client) }
    }

    /// Runs the service, and `body` meanwhile, which may stop it as a signal does; that answers how long it took.
    func runAndStop(
        _ body: (ServiceClient, _ stop: @escaping @Sendable () async -> Duration) async throws -> Void
    ) async throws {
        let service = try HomeService(try Self.environment, settings, hub: hub)
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let application = service.application(at: .hostname("127.0.0.1", port: 0), logger: logger) { channel in
            found.yield(channel.localAddress?.port ?? 0)
        }
        let group = ServiceGroup(configuration: HomeService.ending(application, logger: logger))
        let server = Task { try await group.run() }
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 200
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let port = try #require(await ports.first { _ in true })
        do {
            try await body(ServiceClient(port: port, http: http)) {
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

    /// The lines of the audit log.
    func audit() throws -> [[String: String]] {
        try folder.read("state/audit.jsonl").split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return try #require(object).mapValues { "\($0)" }
        }
    }

    /// Asks for the rest of an archive of ada's, which with what came before must be whole.
    func goOn(_ client: ServiceClient, _ address: String, after got: ByteBuffer) async throws -> ByteBuffer {
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
        #expect(verification.owner == user, sourceLocation: sourceLocation)
        #expect(verification.verified >= 4, sourceLocation: sourceLocation)
    }
}

/// What a client got.
struct ServiceAnswer {
    let status: Int
    let headers: HTTPHeaders
    let body: ByteBuffer

    var text: String { String(buffer: body) }
    var location: String? { headers.first(name: "Location") }
    /// `name=value` of each cookie that was set.
    var cookies: [String] {
        headers["Set-Cookie"].compactMap { $0.split(separator: ";").first.map(String.init) }
    }
}

/// Asks a running service.
struct ServiceClient: Sendable {
    let port: Int
    let http: HTTPClient

    private func request(
        _ path: String, _ method: HTTPMethod, _ headers: [(String, String)], user: String?
    ) -> HTTPClientRequest {
        let address = path.hasPrefix("/") ? path : "/services/home-download/\(path)"
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(address)")
        request.method = method
        for header in headers { request.headers.add(name: header.0, value: header.1) }
        if let user { request.headers.add(name: "Authorization", value: "token token-\(user)") }
        return request
    }

    func ask(
        _ path: String, _ method: HTTPMethod = .GET, _ headers: [(String, String)] = [], user: String? = nil
    ) async throws -> ServiceAnswer {
        let response = try await http.execute(request(path, method, headers, user: user), timeout: .seconds(240))
        let body = try await response.body.collect(upTo: 1 << 30)
        return ServiceAnswer(status: Int(response.status.code), headers: response.headers, body: body)
    }

    /// Takes some bytes of an archive and goes away; waits for a place among the downloads.
    func begin(_ path: String, bytes: Int, user: String) async throws -> ByteBuffer {
        let request = request(path, .GET, [], user: user)
        var response = try await http.execute(request, timeout: .seconds(240))
        while response.status != .ok {
            try await Task.sleep(for: .milliseconds(10))
            response = try await http.execute(request, timeout: .seconds(240))
        }
        var taken = ByteBuffer()
        for try await piece in response.body {
            taken.writeImmutableBuffer(piece)
            if taken.readableBytes >= bytes { break }
        }
        return taken
    }

    /// Takes an archive until the service ends it early; `begun` is called once something came.
    func takeUntilItBreaks(_ path: String, user: String, begun: () -> Void) async throws -> ByteBuffer {
        let response = try await http.execute(request(path, .GET, [], user: user), timeout: .seconds(240))
        var taken = ByteBuffer()
        do {
            for try await piece in response.body {
                taken.writeImmutableBuffer(piece)
                begun()
            }
        } catch {
            return taken
        }
        return taken
    }

    /// Takes a whole answer, of which `bytes` are the body, and goes away at once, as programs do that ask only once.
    func take(_ path: String, bytes: Int, user: String) throws -> Int {
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(number) }
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = in_port_t(port).bigEndian
        place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isConnected = withUnsafeBytes(of: &place) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { connect(number, $0.baseAddress, socklen_t(bytes.count)) == 0 }
        }
        try #require(isConnected)
        let request = "GET \(path) HTTP/1.1\r\nHost: x\r\nAuthorization: token token-\(user)\r\n\r\n"
        try #require(send(number, request, request.utf8.count, 0) == request.utf8.count)
        var answer = Data()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let head = answer.range(of: Data("\r\n\r\n".utf8))
            if let head, answer.count - head.upperBound >= bytes { return answer.count - head.upperBound }
            let count = recv(number, &buffer, buffer.count, 0)
            guard count > 0 else { return 0 }
            answer.append(contentsOf: buffer[..<count])
        }
    }

    /// The address of a user's archive.
    func archive(of user: String, _ format: ArchiveFormat = .zip) async throws -> String {
        let answer = try await ask("home.\(format.rawValue)", user: user)
        return try #require(answer.location, "\(answer.status): \(answer.text)")
    }
}

/// Waits until something is so.
func eventually(
    within limit: Duration = .seconds(120), _ what: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    while try await !condition() {
        try #require(ContinuousClock.now < end, "\(what)", sourceLocation: sourceLocation)
        try await Task.sleep(for: .milliseconds(20))
    }
}
