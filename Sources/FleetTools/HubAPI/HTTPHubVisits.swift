import AsyncHTTPClient
import FleetModel
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Visits hubs over HTTP and web sockets.
package struct HTTPHubVisits: HubVisits {
    /// What is more than 16 MiB is no page, and no answer about one user.
    private static let bodyLimit = 16 << 20
    private static let connectLimit = TimeAmount.seconds(10)

    /// One for the whole process: it is never shut down, as little as the one that the library shares. It is led nowhere,
    /// and does not try again and again until the time is over, which hides why it fails.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: connectLimit))
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    package init() {}

    package func answer(to request: HubRequest, at address: String) async throws -> HubAnswer {
        let call = HTTPHubAPI.call(request, at: address)
        return try await Self.naming(request.timeLimit) {
            let response = try await Self.client.execute(call, timeout: TimeAmount(request.timeLimit))
            let body = request.wantsBody ? Array(buffer: try await response.body.collect(upTo: Self.bodyLimit)) : []
            return HubAnswer(
                status: Int(response.status.code), body: body, location: response.headers.first(name: "Location"),
                retryAfter: response.headers.first(name: "Retry-After").flatMap { Int($0) })
        }
    }

    package func follow(
        _ request: HubRequest, at address: String, tell: @escaping @Sendable (String) async -> Void
    ) async throws -> Int {
        let call = HTTPHubAPI.call(request, at: address)
        let response = try await Self.naming(request.timeLimit) {
            // The limit of a call is for all of it, and a stream goes on; it ends with its task.
            try await Self.client.execute(call, deadline: .distantFuture)
        }
        guard response.status == .ok else { return Int(response.status.code) }
        var lines = LineBuffer()
        do {
            for try await part in response.body {
                for line in lines.add(part.readableBytesView) { await tell(line) }
            }
        } catch {
            try Task.checkCancellation()
            throw Self.named(error)
        }
        return 200
    }

    package func talk<Result: Sendable>(
        over request: HubRequest, at address: String, _ body: @escaping @Sendable (any HubTalk) async throws -> Result
    ) async throws -> Result {
        guard let place = WebSocketPlace(request, at: address) else { throw HubVisitError.badAddress }
        let socket = try await Self.naming(request.timeLimit) {
            try await WebSocket.open(place, connectLimit: Self.connectLimit)
        }
        return try await socket.talk(body)
    }

    // MARK: - Why nobody answers

    private static func naming<Answer: Sendable>(
        _ limit: Duration, _ work: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        let answer: Answer?
        do {
            answer = try await TimeLimit.within(limit, work)
        } catch {
            try Task.checkCancellation()
            let reason = named(error)
            throw reason == .silent(seconds: 0) ? HubVisitError.silent(seconds: Int(limit.components.seconds)) : reason
        }
        guard let answer else { throw HubVisitError.silent(seconds: Int(limit.components.seconds)) }
        return answer
    }

    private static func named(_ error: any Error) -> HubVisitError {
        switch error {
        case let error as HubVisitError: error
        case let error as HTTPClientError: named(error)
        case let error as NIOConnectionError: named(error)
        case let error as NIOSSLError: .badCertificate(certificateReason("\(error)"))
        case is NIOSSLExtraError: .badCertificate("it is for another name")
        case let error as IOError where error.errnoCode == ECONNREFUSED: .refused
        case let error as IOError: .broken(String(cString: strerror(error.errnoCode)))
        case is ChannelError: .silent(seconds: 0)
        default: .broken("\(type(of: error))")
        }
    }

    private static func named(_ error: HTTPClientError) -> HubVisitError {
        switch error {
        case .connectTimeout, .deadlineExceeded, .readTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout:
            .silent(seconds: 0)
        case .remoteConnectionClosed: .broken("it is closed before there is an answer")
        case .invalidURL, .emptyHost, .emptyScheme: .badAddress
        default: .broken("\(error)")
        }
    }

    private static func named(_ error: NIOConnectionError) -> HubVisitError {
        guard let first = error.connectionErrors.first else { return .noSuchName }
        return named(first.error)
    }

    /// OpenSSL's words for it, without the places in its source.
    private static func certificateReason(_ text: String) -> String {
        let known = [
            "CERTIFICATE_VERIFY_FAILED": "nobody who is known here signed it, or its time is over",
            "WRONG_VERSION_NUMBER": "what answers there speaks no TLS", "UNRECOGNIZED_NAME": "it is for another name",
        ]
        return known.first { text.contains($0.key) }?.value ?? "the handshake fails"
    }
}

/// Makes lines of pieces of a text.
struct LineBuffer {
    /// A longer line is no event.
    private static let most = 1 << 20
    private var rest: [UInt8] = []

    /// - Returns: the lines that are whole now.
    mutating func add(_ piece: some Sequence<UInt8>) -> [String] {
        var lines: [String] = []
        for byte in piece {
            if byte == UInt8(ascii: "\n") {
                lines.append(String(decoding: rest, as: UTF8.self))
                rest = []
            } else if rest.count < Self.most {
                rest.append(byte)
            }
        }
        return lines
    }
}
