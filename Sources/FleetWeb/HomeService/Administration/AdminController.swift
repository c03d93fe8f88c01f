import FleetTools
import Hummingbird

/// The archives of all homes, for administrators of the hub.
struct AdminController: Sendable {
    /// The page's own address.
    let address: String
    /// The place of the archives; nil: the operator gives none.
    let exports: String?
    let bulk: BulkExport
    let hub: any HubIdentity
    let page: AdminPage

    var endpoints: RouteCollection<AdministratorContext> {
        let routes = RouteCollection(context: AdministratorContext.self)
        routes.get("admin") { _, _ in
            page.show(AdminPage.Facts(exports: exports, run: await bulk.last, isRunning: await bulk.isRunning))
        }
        routes.post("admin/exports") { _, context in try await start(anew: false, context) }
        routes.post("admin/exports/new") { _, context in try await start(anew: true, context) }
        routes.post("admin/exports/stop") { _, context in
            await bulk.stop(by: context.administrator.name)
            return Response.redirect(to: address, type: .normal)
        }
        return routes
    }

    /// Begins archives of all homes, or goes on with them.
    private func start(anew: Bool, _ context: AdministratorContext) async throws -> Response {
        guard bulk.isPossible else { throw ExportRefusal.noPlace }
        do {
            try await bulk.start(anew: anew, by: context.administrator.name, users: try await hub.users())
        } catch {
            throw ExportRefusal.notBegun(reason: "\(error)")
        }
        return .redirect(to: address, type: .normal)
    }
}
