import Texts

/// Something that a rule found in what helm renders. Where it comes from is looked for afterwards, among the values.
package struct ObjectFault: Sendable {
    /// How the value that causes it can be known.
    package enum Cause: Sendable, Equatable {
        /// What stands at the path comes from it.
        case value
        /// Nothing stands at the path; it would come from a map of values with this name, which is written there as it is.
        case absence(of: String)
        /// What stands at the path lacks what one of these keys would give it; else it comes from it.
        case unset(keys: [String])
        /// What stands at the path comes from it, or an object that is named there is missing because it is switched off.
        case reference(kind: String, name: String)
        /// It is about the release as a whole.
        case release
    }

    /// Nil where it is about the release as a whole.
    package let object: KubernetesObject?
    /// Leads to the field that is wrong.
    package let path: ValuePath
    package let message: String
    package let advice: String?
    package let cause: Cause

    init(
        _ object: KubernetesObject?, _ path: ValuePath, _ message: String, advice: String? = nil,
        cause: Cause = .value
    ) {
        self.object = object
        self.path = path
        self.message = message
        self.advice = advice
        self.cause = cause
    }
}

/// A fault with the rule that found it.
package struct RenderedFault: Sendable {
    package let rule: Rule
    package let fault: ObjectFault

    /// As people are told of it.
    ///
    /// - Parameters:
    ///   - message: what is wrong, without what people must not see.
    ///   - place: of the value that causes it, or of what is nearest.
    ///   - origin: where the fault is in the object; shown behind the advice.
    /// - Returns: the finding of the rule.
    package func finding(_ message: String, at place: SourceLocation, origin: String? = nil) -> Finding {
        let advice = [fault.advice, origin].compactMap { $0 }.joined(separator: "; ")
        return Finding(
            rule.severity, rule: rule.id, message, advice: advice.isEmpty ? nil : advice, at: place)
    }
}

extension KubernetesObject {
    /// The object in a sentence.
    var shown: String { "\(identity.kind) \(identity.name.printable)" }
}

extension PodTemplate {
    /// A part of it in a sentence.
    func shown(_ container: PodContainer) -> String {
        "the container \(container.name.printable) of \(object.shown)"
    }
}
