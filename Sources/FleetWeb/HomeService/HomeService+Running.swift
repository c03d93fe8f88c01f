import CMemory
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

extension HomeService {
    /// How long requests may take that are answered when the process is told to stop. What takes longer is a download,
    /// which can go on later.
    static let grace = Duration.seconds(3)

    /// Serves until the process is told to stop. Downloads that last longer than a few seconds are cut then.
    ///
    /// - Parameter logger: for the server's own messages.
    /// - Throws: when it cannot listen.
    package func run(logger: Logger) async throws {
        // Else each thread keeps pieces of archives that were sent: 50 downloads took four times the memory.
        memory_give_back()
        let application = application(at: .hostname(environment.host, port: environment.port), logger: logger)
        var configuration = Self.ending(application, logger: logger)
        configuration.gracefulShutdownSignals = [.sigterm, .sigint]
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch is CancellationError {
            // Downloads were cut, as they should be.
        }
    }

    /// The server, which listens once it is run.
    ///
    /// - `isListening`: told when it does, on which channel.
    func application(
        at address: BindAddress, logger: Logger, isListening: @escaping @Sendable (any Channel) -> Void = { _ in }
    ) -> some ApplicationProtocol {
        Application(
            router: router(),
            // Connections on which nothing comes would use up the descriptors.
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [ClosesWithInput()], idleTimeout: .seconds(75))),
            configuration: ApplicationConfiguration(address: address, serverName: nil),
            onServerRunning: { isListening($0) }, logger: logger)
    }

    /// How a server ends: what is not over in time is cancelled, so that it notes how far it came.
    static func ending(_ application: some ApplicationProtocol, logger: Logger) -> ServiceGroupConfiguration {
        var configuration = ServiceGroupConfiguration(services: [application], logger: logger)
        configuration.maximumGracefulShutdownDuration = grace
        return configuration
    }
}

/// A request with the address it came from.
struct HomeRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let address: String?
    /// Whether the client is still there.
    let isOpen: @Sendable () -> Bool

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        let channel = source.channel
        address = channel.remoteAddress?.ipAddress
        let wasActive = channel.isActive
        isOpen = { !wasActive || channel.isActive }
    }
}

/// What browsers are told about every page: no frames, no scripts, nothing from elsewhere, nothing kept.
struct SafetyHeaders: RouterMiddleware {
    func handle(
        _ request: Request, context: HomeRequestContext,
        next: (Request, HomeRequestContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch let error as any HTTPResponseError {
            // Such as for an address that is not there.
            response = try error.response(from: request, context: context)
        }
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.frameOptions] = "DENY"
        response.headers[.referrerPolicy] = "same-origin"
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        if request.method == .head {
            // A page that says why would be taken for the next answer.
            response.body = ResponseBody(contentLength: response.body.contentLength) { try await $0.finish(nil) }
        }
        return response
    }
}
