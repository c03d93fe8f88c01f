import Texts

/// Something that a check has to say about a place in the fleet repository.
package struct Finding: Sendable, Hashable {
    package enum Severity: String, Sendable, Codable {
        /// Must be mended before anything is deployed.
        case error
        /// Works, but surely not as meant.
        case warning
        /// Good to know; nothing has to be done.
        case note
    }

    package let severity: Severity
    /// The stable name of the rule, such as `cluster/unknown-key`; see docs/reference/findings.md.
    package let rule: String
    /// One sentence: what is wrong.
    package let message: String
    /// What to do about it, when the message alone does not say it.
    package let advice: String?
    package let location: SourceLocation
    /// Other places that matter, such as the first of two equal names.
    package let related: [SourceLocation]

    package init(
        _ severity: Severity = .error,
        rule: String,
        _ message: String,
        advice: String? = nil,
        at location: SourceLocation,
        related: [SourceLocation] = []
    ) {
        self.severity = severity
        self.rule = rule
        self.message = message
        self.advice = advice
        self.location = location
        self.related = related
    }
}

extension Finding.Severity: Comparable {
    /// Errors first.
    package static func < (left: Finding.Severity, right: Finding.Severity) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .error: 0
        case .warning: 1
        case .note: 2
        }
    }
}

extension Finding: CustomStringConvertible {
    /// One line as compilers print it: `file:line:column: error: message (see file:line:column); advice [rule]`.
    package var description: String {
        var text = "\(location): \(severity.rawValue): \(message)"
        if !related.isEmpty {
            text += " (see \(related.map(\.description).joined(separator: ", ")))"
        }
        if let advice { text += "; \(advice)" }
        return "\(text) [\(rule)]".printable
    }
}

extension Finding: Comparable {
    /// What is said of two names is two things, though Unicode holds the names equal.
    package static func == (left: Finding, right: Finding) -> Bool {
        (left.location, left.message.exact, left.advice?.exact) == (
            right.location, right.message.exact, right.advice?.exact
        )
            && (left.severity, left.rule, left.related) == (right.severity, right.rule, right.related)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(location)
        hasher.combine(message.exact)
    }

    /// By place, so that output is stable and reads from the top of each file.
    package static func < (left: Finding, right: Finding) -> Bool {
        (left.location, left.rule, left.message.exact) < (right.location, right.rule, right.message.exact)
    }
}

extension Sequence<Finding> {
    /// Whether anything in it must be mended.
    package var hasErrors: Bool { contains { $0.severity == .error } }
}
