import Texts

/// Somebody whom the hub knows and lets use the service.
struct Visitor: Sendable, Equatable {
    /// How somebody came in, which decides what they may do.
    enum Way: Sendable {
        /// A program, with a token of the hub in its request: everything.
        case token
        /// A browser that opens a page: it may be shown.
        case page
        /// A form of the service's own page: changes.
        case form
        /// A browser that asks for what such a form asked for.
        case pass
    }

    let name: ExactText
    /// The token of the hub that says so.
    let token: String
    let way: Way
}
