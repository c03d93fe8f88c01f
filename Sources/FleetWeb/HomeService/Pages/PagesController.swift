import FleetTools
import Hummingbird

/// The pages of users: their home, and the receipts of their downloads.
struct PagesController: Sendable {
    let store: HomeStore
    let receipts: ReceiptStore
    let addresses: ArchiveAddresses
    let hub: any HubIdentity
    /// The quota of a home in bytes; nil: nobody says.
    let quota: Int64?
    let page: HomePage
    let login: HomeLogin
    let seals: PageSeals

    var endpoints: RouteCollection<VisitorContext> {
        let routes = RouteCollection(context: VisitorContext.self)
        routes.get(use: home)
        routes.post("scan", use: scan)
        routes.get("receipts/:file", use: receipt)
        routes.post("logout") { request, context in try seals.confirm(request, of: context.visitor) }
        return routes
    }

    var confirmed: RouteCollection<ConfirmedContext> {
        let routes = RouteCollection(context: ConfirmedContext.self)
        routes.get("logout") { request, _ in login.logout(request) }
        return routes
    }

    /// The page of a user's own home.
    @Sendable private func home(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let user = context.visitor.name
        let status = await store.status(of: user, waiting: .milliseconds(800))
        return try page.show(
            HomePage.Facts(
                user: user, state: HomePage.State(status), quota: quota, receipts: receipts.all(of: user),
                // A hub that is away costs a link, not the page.
                isAdministrator: (try? await hub.isAdministrator(user)) ?? false, origin: request.origin,
                address: { addresses.address(of: $0, $1, user: user) },
                form: { try seals.form($0, of: context.visitor) }, prefix: addresses.prefix))
    }

    /// Looks at a home again.
    @Sendable private func scan(_ request: Request, _ context: VisitorContext) async throws -> Response {
        await store.scan(context.visitor.name)
        return .redirect(to: addresses.prefix, type: .normal)
    }

    /// One signed receipt.
    @Sendable private func receipt(_ request: Request, _ context: VisitorContext) async throws -> Response {
        guard let data = receipts.file(try context.parameters.require("file"), of: context.visitor.name) else {
            throw ReceiptRefusal.noSuchReceipt
        }
        return .file(data, type: "application/json")
    }
}
