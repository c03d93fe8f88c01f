import FleetTools
import Foundation
import Homes
import Hummingbird

/// The service of a JupyterHub that lets users download their homes, also when their servers cannot start.
package struct HomeService: Sendable {
    let environment: HomeServiceEnvironment
    let settings: HomeServiceSettings
    let hub: any HubIdentity
    let login: HomeLogin
    let store: HomeStore
    let sent = SentParts()
    let receipts: ReceiptStore
    let bulk: BulkExport
    let audit: AuditLog
    let gate: DownloadGate
    let pages: HomePages

    /// - Parameters:
    ///   - environment: what the hub said.
    ///   - settings: what the operator wants.
    ///   - hub: whom to ask who somebody is.
    /// - Throws: `HomeServiceError.badFolder`; `FileError`, `ReceiptError` when the state cannot be used.
    package init(
        _ environment: HomeServiceEnvironment, _ settings: HomeServiceSettings, hub: any HubIdentity
    ) throws {
        try settings.checkPlaces()
        try FileWriting.makeFolder(settings.state, permissions: 0o700)
        if let exports = settings.exports { try FileWriting.makeFolder(exports, permissions: 0o700) }
        let key = try ReceiptKey.loadOrMake(settings.state + "/receipts.pem")
        Self.publish(key, settings.state + "/receipts.pem.pub")
        self.environment = environment
        self.settings = settings
        self.hub = hub
        login = HomeLogin(environment, hub: hub, sealed: try SealedText(keyFile: settings.state + "/cookie.key"))
        store = HomeStore(settings)
        receipts = ReceiptStore(key: key, store: store)
        audit = try AuditLog(settings.state + "/audit.jsonl")
        bulk = BulkExport(settings, key: key, audit: audit)
        gate = DownloadGate(limit: settings.downloads, limitPerUser: settings.downloadsPerUser)
        pages = try HomePages(environment)
    }

    /// Downloads go on also when the state's disk is full.
    private static func publish(_ key: ReceiptKey, _ path: String) {
        guard FileManager.default.contents(atPath: path) != Data(key.publicKey.utf8) else { return }
        do {
            try FileWriting.write(key.publicKey, to: path, permissions: 0o644)
        } catch {
            PlainWords.logged("\(error)")
        }
    }

    /// Where each request goes; tests run it on a port of their own.
    func router() -> Router<HomeRequestContext> {
        let router = Router(context: HomeRequestContext.self)
        router.addMiddleware { SafetyHeaders() }
        let root = router.group(RouterPath(environment.prefix))
        root.get("health") { _, _ in "ok\n" }
        root.get("style.css") { _, _ in pages.style }
        root.get { request, context in try await page(request, context) }
        root.get("oauth_callback") { request, _ in try await finishLogin(request) }
        root.get("logout") { request, _ in login.logout(request) }
        root.post("scan") { request, _ in try await scan(request) }
        root.get("home.zip") { request, _ in try await newest(request, .zip) }
        root.get("home.tar") { request, _ in try await newest(request, .tar) }
        root.head("home.zip") { request, _ in try await newest(request, .zip) }
        root.head("home.tar") { request, _ in try await newest(request, .tar) }
        root.get("archives/:id/:file") { request, context in try await archive(request, context) }
        root.head("archives/:id/:file") { request, context in try await archive(request, context) }
        root.get("receipts/:file") { request, context in try await receipt(request, context) }
        root.get("receipts.pem.pub") { _, _ in receipts.publicKey }
        root.get("api/home") { request, _ in try await describe(request) }
        root.get("admin") { request, _ in try await adminPage(request) }
        root.post("admin/exports") { request, _ in try await startExports(request, anew: false) }
        root.post("admin/exports/new") { request, _ in try await startExports(request, anew: true) }
        root.post("admin/exports/stop") { request, _ in try await stopExports(request) }
        return router
    }

    private func finishLogin(_ request: Request) async throws -> Response {
        do {
            if let response = try await login.finish(request) { return response }
        } catch let error as HubIdentityError {
            return pages.message(.badGateway, "The hub does not answer", "\(error). Try again in a minute.")
        }
        return pages.message(
            .forbidden, "You could not be logged in",
            "This login was not begun here, took longer than ten minutes, or the hub refused it. Begin anew.")
    }
}
