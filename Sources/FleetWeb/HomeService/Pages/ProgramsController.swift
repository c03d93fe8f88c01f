import Hummingbird

/// The answers to programs, as JSON.
struct ProgramsController: Sendable {
    let store: HomeStore
    let addresses: ArchiveAddresses

    var endpoints: RouteCollection<VisitorContext> {
        let routes = RouteCollection(context: VisitorContext.self)
        routes.get("api/home", use: home)
        return routes
    }

    /// The facts of a user's home.
    @Sendable private func home(_ request: Request, _ context: VisitorContext) async throws -> Response {
        let user = context.visitor.name
        let status = await store.status(of: user, waiting: .seconds(5))
        return try .json(HomeAnswer(HomePage.State(status), user: user, addresses))
    }
}
