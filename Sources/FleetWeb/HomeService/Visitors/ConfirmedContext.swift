import Hummingbird

/// A request that a program sends, or a browser after a form of the service's page asked for it. So no page of somebody
/// else begins a download, or ends a login, by opening an address.
struct ConfirmedContext: ChildRequestContext {
    var coreContext: CoreRequestContextStorage
    let client: Client
    let visitor: Visitor

    /// - Throws: `VisitorRefusal.notConfirmed` for a browser that only opens the address.
    init(context: VisitorContext) throws {
        switch context.visitor.way {
        case .token, .pass: break
        case .page, .form: throw VisitorRefusal.notConfirmed
        }
        coreContext = context.coreContext
        client = context.client
        visitor = context.visitor
    }
}
