import Hummingbird

/// A request of somebody who may use the service: there is none without a visitor.
struct VisitorContext: ChildRequestContext {
    var coreContext: CoreRequestContextStorage
    let client: Client
    let visitor: Visitor
    /// The fields of the form that a browser sends.
    let form: [String: String]
    /// Whether `AdministratorCheck` has found them to be an administrator of the hub.
    var isAdministrator = false

    /// - Throws: `HTTPError` for a request that no check has let in, so that a route without one answers nobody.
    init(context: HomeRequestContext) throws {
        guard let visitor = context.visitor else { throw HTTPError(.forbidden) }
        coreContext = context.coreContext
        client = context.client
        form = context.form
        self.visitor = visitor
    }
}
