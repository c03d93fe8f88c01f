import FleetTools
import Hummingbird

/// The archives of all homes, for administrators of the hub.
struct AdminController: Sendable {
    /// The page's own address.
    let address: String
    /// The job that makes the archives; nil: the operator gives no place for them.
    let job: ExportJob?
    let hub: any HubIdentity
    let page: AdminPage
    let seals: PageSeals

    var endpoints: RouteCollection<AdministratorContext> {
        let routes = RouteCollection(context: AdministratorContext.self)
        routes.get("admin") { _, context in
            try page.show(
                AdminPage.Facts(
                    exports: job?.place, run: await job?.last, isRunning: await job?.isRunning ?? false,
                    form: { try seals.form(address + "/exports" + $0, of: context.administrator) }))
        }
        routes.post("admin/exports") { _, context in try await start(anew: false, context) }
        routes.post("admin/exports/new") { _, context in try await start(anew: true, context) }
        routes.post("admin/exports/stop") { _, context in
            await job?.stop(by: context.administrator.name)
            return Response.redirect(to: address, type: .normal)
        }
        return routes
    }

    /// Begins archives of all homes, or goes on with them. A browser is asked once more: one click could be meant for a page
    /// of somebody else that went away under the pointer.
    private func start(anew: Bool, _ context: AdministratorContext) async throws -> Response {
        guard let job else { throw ExportRefusal.noPlace }
        if context.administrator.way == .form, context.form["sure"] != "yes" {
            return page.ask(try seals.form(address + "/exports" + (anew ? "/new" : ""), of: context.administrator))
        }
        do {
            try await job.start(anew: anew, by: context.administrator.name, users: try await hub.users())
        } catch {
            throw ExportRefusal.notBegun(reason: "\(error)")
        }
        return .redirect(to: address, type: .normal)
    }
}
