import FleetTools
import Hummingbird

/// The check that lets in the administrators of the hub, as the hub says each time.
struct AdministratorCheck: RouterMiddleware {
    let hub: any HubIdentity

    func handle(
        _ request: Request, context: VisitorContext, next: (Request, VisitorContext) async throws -> Response
    ) async throws -> Response {
        guard try await hub.isAdministrator(context.visitor.name) else { throw VisitorRefusal.notAnAdministrator }
        var context = context
        context.isAdministrator = true
        return try await next(request, context)
    }
}
