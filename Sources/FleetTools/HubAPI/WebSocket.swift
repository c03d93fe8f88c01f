import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket

/// Where a web socket is opened, and with which headers.
struct WebSocketPlace: Sendable {
    let host: String
    let port: Int
    let isSecure: Bool
    /// With the query.
    let path: String
    let headers: HTTPHeaders

    /// - Returns: nil when the address is none of HTTP.
    init?(_ request: HubRequest, at address: String) {
        guard let parts = URLComponents(string: HTTPHubAPI.url(request, at: address)), let host = parts.host,
            !host.isEmpty,
            ["http", "https"].contains(parts.scheme)
        else { return nil }
        self.host = host
        isSecure = parts.scheme == "https"
        port = parts.port ?? (isSecure ? 443 : 80)
        path = parts.percentEncodedPath + (parts.percentEncodedQuery.map { "?\($0)" } ?? "")
        var headers = HTTPHeaders([("Host", parts.port == nil ? host : "\(host):\(port)")])
        if let token = request.token { headers.add(name: "Authorization", value: "token \(token)") }
        self.headers = headers
    }
}

/// An open web socket.
struct WebSocket: Sendable {
    private typealias Frames = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>
    private typealias Answers = NIOAsyncChannel<HTTPClientResponsePart, HTTPPart<HTTPRequestHead, ByteBuffer>>
    private typealias Pipeline = NIOUpgradableHTTPClientPipelineConfiguration<Outcome>

    private enum Outcome: Sendable {
        case open(Frames)
        /// The other side answers something else.
        case refused(Answers)
    }

    /// More in one message is no word of a kernel to a check.
    private static let messageLimit = 16 << 20

    private let frames: Frames

    /// - Throws: `HubVisitError.noTalk`, errors of NIO.
    static func open(_ place: WebSocketPlace, connectLimit: TimeAmount) async throws -> WebSocket {
        let security = place.isSecure ? try NIOSSLContext(configuration: .makeClientConfiguration()) : nil
        let opening = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(connectLimit)
            .connect(host: place.host, port: place.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let security {
                        // Numbers are no names.
                        let isName = (try? SocketAddress(ipAddress: place.host, port: 0)) == nil
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: security, serverHostname: isName ? place.host : nil))
                    }
                    return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
                        configuration: pipeline(place))
                }
            }
        switch try await opening.get() {
        case .open(let frames): return WebSocket(frames: frames)
        case .refused(let answers): throw HubVisitError.noTalk(status: try await status(of: answers))
        }
    }

    private static func pipeline(_ place: WebSocketPlace) -> Pipeline {
        let upgrader = NIOTypedWebSocketClientUpgrader<Outcome>(maxFrameSize: messageLimit) { channel, _ in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(
                    NIOWebSocketFrameAggregator(
                        minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 10_000,
                        maxAccumulatedFrameSize: messageLimit))
                return .open(try Frames(wrappingChannelSynchronously: channel))
            }
        }
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: place.path, headers: place.headers)
        return Pipeline(
            upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration(
                upgradeRequestHead: head, upgraders: [upgrader],
                notUpgradingCompletionHandler: { channel in
                    channel.eventLoop.makeCompletedFuture {
                        .refused(try Answers(wrappingChannelSynchronously: channel))
                    }
                }))
    }

    private static func status(of answers: Answers) async throws -> Int {
        try await answers.executeThenClose { inbound, _ in
            for try await part in inbound {
                if case .head(let head) = part { return Int(head.status.code) }
            }
            return 0
        }
    }

    /// Talks, and closes the socket then.
    func talk<Result: Sendable>(
        _ body: @escaping @Sendable (any HubTalk) async throws -> Result
    ) async throws -> Result {
        try await frames.executeThenClose { inbound, outbound in
            try await body(Talk(inbound: Inbound(inbound), outbound: outbound))
        }
    }

    /// What comes in, for one who listens at a time.
    private actor Inbound {
        private var frames: NIOAsyncChannelInboundStream<WebSocketFrame>.AsyncIterator

        init(_ stream: NIOAsyncChannelInboundStream<WebSocketFrame>) { frames = stream.makeAsyncIterator() }

        func next() async throws -> WebSocketFrame? {
            var iterator = frames
            let frame = try await iterator.next(isolation: self)
            frames = iterator
            return frame
        }
    }

    private struct Talk: HubTalk {
        let inbound: Inbound
        let outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>

        func send(_ message: String) async throws {
            try await write(.text, ByteBuffer(string: message))
        }

        func next() async throws -> String? {
            while let frame = try await inbound.next() {
                switch frame.opcode {
                case .text: return String(buffer: frame.unmaskedData)
                case .ping: try await write(.pong, frame.unmaskedData)
                case .connectionClose: return nil
                default: continue
                }
            }
            return nil
        }

        /// Clients mask what they send.
        private func write(_ opcode: WebSocketOpcode, _ data: ByteBuffer) async throws {
            try await outbound.write(WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data))
        }
    }
}
