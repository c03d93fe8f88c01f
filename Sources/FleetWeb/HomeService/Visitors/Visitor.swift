import Texts

/// Somebody whom the hub knows and lets use the service.
struct Visitor: Sendable, Equatable {
    let name: ExactText
    /// Whether a browser's cookie says so, not a token in the request.
    let isByCookie: Bool
}
