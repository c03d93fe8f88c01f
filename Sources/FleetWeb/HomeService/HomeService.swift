import CMemory
import FleetTools
import Foundation
import Hummingbird
import Logging
import ServiceLifecycle

/// The service of a JupyterHub that lets users download their homes, also when their servers cannot start.
package struct HomeService: Sendable {
    /// The time that requests have that are answered when the process is told to stop. Longer ones are downloads, which
    /// can go on later.
    static let grace = Duration.seconds(3)

    private let environment: HomeServiceEnvironment
    private let settings: HomeServiceSettings
    private let hub: any HubIdentity
    private let state: HomeServiceState
    private let time: any TimeSource

    /// - Parameters:
    ///   - environment: what the hub said.
    ///   - settings: what the operator wants.
    ///   - hub: is asked who somebody is.
    ///   - time: says how late it is.
    /// - Throws: `HomeServiceError`, `FileError`, `ReceiptError` when the state cannot be used.
    package init(
        _ environment: HomeServiceEnvironment, _ settings: HomeServiceSettings, hub: any HubIdentity,
        time: any TimeSource
    ) throws {
        self.environment = environment
        self.settings = settings
        self.hub = hub
        self.time = time
        state = try HomeServiceState(settings)
    }

    /// Serves until the process is told to stop. Downloads that last longer than a few seconds are cut then.
    ///
    /// - Parameter logger: for the server's own messages.
    /// - Throws: when it cannot listen.
    package func run(logger: Logger) async throws {
        // Else each thread keeps pieces of archives that were sent: 50 downloads took four times the memory.
        memory_give_back()
        let application = buildApplication(
            at: .hostname(environment.host, port: environment.port),
            router: try router(), logger: logger)
        let group = ServiceGroup(configuration: Self.ending(application, logger: logger))
        let outcome = await Interruption.watch(
            [SIGTERM, SIGINT], .finish { await group.triggerGracefulShutdown() }, work: { try await group.run() })
        // Downloads were cut, as they should be.
        do { try outcome.result.get() } catch is CancellationError {}
    }

    /// The routes, with new stores behind them.
    ///
    /// - Throws: when a template of a page is damaged.
    func router() throws -> Router<HomeRequestContext> {
        let templates = try PageTemplates(
            shared: ["prefix": environment.prefix, "hub": environment.base + "hub/home"])
        let login = HomeLogin(environment, hub: hub, sealed: state.sealed, time: time)
        let seals = PageSeals(sealed: state.sealed, time: time)
        return buildRouter(
            prefix: environment.prefix, templates: templates, login: login, seals: seals, hub: hub,
            controllers: controllers(templates, login, seals))
    }

    private func controllers(
        _ templates: PageTemplates, _ login: HomeLogin, _ seals: PageSeals
    ) -> HomeControllers {
        let store = HomeStore(settings, time: time)
        let receipts = ReceiptStore(key: state.key, store: store)
        let addresses = ArchiveAddresses(prefix: environment.prefix)
        let sender = DownloadSender(settings, store: store, receipts: receipts, audit: state.audit, time: time)
        return HomeControllers(
            open: OpenController(login: login, pages: templates, publicKey: receipts.publicKey),
            pages: PagesController(
                store: store, receipts: receipts, addresses: addresses, hub: hub, quota: settings.quota,
                page: HomePage(templates: templates), login: login, seals: seals),
            downloads: DownloadController(store: store, addresses: addresses, sender: sender, seals: seals),
            programs: ProgramsController(store: store, addresses: addresses),
            administration: AdminController(
                address: environment.prefix + "admin",
                job: settings.exports.map { ExportJob(settings, in: $0, state: state, time: time) }, hub: hub,
                page: AdminPage(templates: templates), seals: seals))
    }

    /// The end of a server: what is not over in time is cancelled, so that it notes how far it came.
    static func ending(_ application: some ApplicationProtocol, logger: Logger) -> ServiceGroupConfiguration {
        var configuration = ServiceGroupConfiguration(services: [application], logger: logger)
        configuration.maximumGracefulShutdownDuration = grace
        return configuration
    }
}
