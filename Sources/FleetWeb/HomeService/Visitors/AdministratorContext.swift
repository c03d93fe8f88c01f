import Hummingbird

/// A request of an administrator of the hub: there is none without one.
struct AdministratorContext: ChildRequestContext {
    var coreContext: CoreRequestContextStorage
    let administrator: Visitor
    /// The fields of the form that a browser sends.
    let form: [String: String]

    /// - Throws: `VisitorRefusal.notAnAdministrator` for a request that `AdministratorCheck` has not let in.
    init(context: VisitorContext) throws {
        guard context.isAdministrator else { throw VisitorRefusal.notAnAdministrator }
        coreContext = context.coreContext
        administrator = context.visitor
        form = context.form
    }
}
