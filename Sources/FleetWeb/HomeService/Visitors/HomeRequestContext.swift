import Hummingbird

/// A request to the service, of whoever sends it.
struct HomeRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let client: Client
    /// The visitor who asks; nil until `VisitorCheck` has let them in.
    var visitor: Visitor?
    /// The fields of the form that a browser sends.
    var form: [String: String] = [:]

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        client = Client(source.channel)
    }
}
