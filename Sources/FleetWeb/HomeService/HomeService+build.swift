import FleetTools
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// Builds the server of the service.
///
/// - Parameters:
///   - address: where it listens.
///   - router: where each request goes.
///   - logger: for the server's own messages.
///   - isListening: told when it does, on which channel.
/// - Returns: the server, which listens once it is run.
func buildApplication(
    at address: BindAddress, router: Router<HomeRequestContext>, logger: Logger,
    isListening: @escaping @Sendable (any Channel) -> Void = { _ in }
) -> some ApplicationProtocol {
    Application(
        router: router,
        // Connections on which nothing comes would use up the descriptors.
        server: .http1(
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [ClosesWithInput()], idleTimeout: .seconds(75))),
        configuration: ApplicationConfiguration(address: address, serverName: nil),
        onServerRunning: { isListening($0) }, logger: logger)
}

/// Builds the routes of the service. Everything but what is open is behind a `VisitorCheck`: the types of the contexts
/// see to it.
///
/// - Parameters:
///   - prefix: below which everything is, such as `/services/home-download/`.
///   - templates: show what went wrong.
///   - login: says who asks.
///   - seals: know what the service's own pages send.
///   - hub: says who is an administrator.
///   - controllers: answer.
/// - Returns: where each request goes.
func buildRouter(
    prefix: String, templates: PageTemplates, login: HomeLogin, seals: PageSeals, hub: any HubIdentity,
    controllers: HomeControllers
) -> Router<HomeRequestContext> {
    let router = Router(context: HomeRequestContext.self)
    router.addMiddleware {
        SafetyHeaders()
        ErrorPages(pages: templates)
    }
    let root = router.group(RouterPath(prefix))
    root.addRoutes(controllers.open.endpoints)
    let visitors = root.group().add(middleware: VisitorCheck(login: login, seals: seals, browsers: .welcome))
        .group(context: VisitorContext.self)
    visitors.addRoutes(controllers.pages.endpoints)
    visitors.addRoutes(controllers.downloads.buttons)
    let confirmed = visitors.group(context: ConfirmedContext.self)
    confirmed.addRoutes(controllers.pages.confirmed)
    confirmed.addRoutes(controllers.downloads.endpoints)
    let programs = root.group().add(middleware: VisitorCheck(login: login, seals: seals, browsers: .refused))
        .group(context: VisitorContext.self)
    programs.addRoutes(controllers.programs.endpoints)
    let administrators = visitors.group().add(middleware: AdministratorCheck(hub: hub))
        .group(context: AdministratorContext.self)
    administrators.addRoutes(controllers.administration.endpoints)
    return router
}
