/// A fact of a cloud that not every cloud has.
package enum CloudFact<Wrapped: Sendable>: Sendable {
    case known(Wrapped)
    /// The cloud has nothing like it, or nobody can know; the reason is a sentence without a stop.
    case lacking(because: String)

    package var value: Wrapped? {
        if case .known(let value) = self { value } else { nil }
    }

    package var reason: String? {
        if case .lacking(let reason) = self { reason } else { nil }
    }
}
