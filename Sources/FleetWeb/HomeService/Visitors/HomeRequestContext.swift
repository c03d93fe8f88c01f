import Hummingbird

/// A request to the service, of whoever sends it.
struct HomeRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let client: Client
    /// The visitor who asks; nil until `VisitorCheck` has let them in.
    var visitor: Visitor?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        client = Client(source.channel)
    }
}
