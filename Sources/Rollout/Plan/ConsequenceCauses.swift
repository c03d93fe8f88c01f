import FleetModel
import Texts

/// Finds the reasons of a plan that made a field of an object differ, where that can be told.
package struct ConsequenceCauses: Sendable {
    private let reasons: [PlanReason]

    package init(_ planned: PlannedRelease) {
        reasons = planned.reasons
    }

    /// The places in the reasons of the release; none where it cannot be told.
    package func causes(of proof: Consequence.Proof, in consequence: Consequence) -> [Int] {
        // A first upgrade does this whatever changes.
        if consequence.isOfFirstUpgrade { return [] }
        if proof.object == nil {
            return reasons.indices.filter { reasons[$0].subject.exact == (proof.path ?? "").exact }
        }
        for found in [byTree(proof), byTemplate(proof), byValues(proof)] where !found.isEmpty { return found }
        return reasons.count == 1 ? [0] : []
    }

    /// A field of the values as the hub reads them: they are those of its chart, so the path of the whole ends alike.
    private func byTree(_ proof: Consequence.Proof) -> [Int] {
        let steps = FieldPath.steps(proof.path ?? "")
        guard let start = steps.firstIndex(of: .inside) else { return [] }
        let keys = Self.keys(steps[(start + 1)...])
        guard !keys.isEmpty else { return [] }
        let matches = reasons.indices.map { index -> (index: Int, length: Int) in
            guard let path = ValuePath(reasons[index].subject) else { return (index, 0) }
            let own = path.steps.compactMap { step in if case .key(let key) = step { key.exact } else { nil } }
            // Charts around the hub's own have a key each.
            let lengths = (0...2).compactMap { around -> Int? in
                let rest = own.dropFirst(around)
                guard !rest.isEmpty else { return nil }
                return keys.starts(with: rest) || rest.starts(with: keys) ? min(rest.count, keys.count) : nil
            }
            return (index, lengths.max() ?? 0)
        }
        let longest = matches.map(\.length).max() ?? 0
        return longest == 0 ? [] : matches.filter { $0.length == longest }.map(\.index)
    }

    private static func keys(_ steps: ArraySlice<FieldStep>) -> [ExactText] {
        steps.prefix { if case .key = $0 { true } else { false } }.compactMap { step in
            if case .key(let key) = step { key } else { nil }
        }
    }

    /// A template that differs, also where its chart is below another one.
    private func byTemplate(_ proof: Consequence.Proof) -> [Int] {
        guard let template = proof.template else { return [] }
        let name = template.components(behind: "/charts/")
        return reasons.indices.filter { index in
            reasons[index].kind == .template && reasons[index].subject.exact.hasSuffix("/\(name)".exact)
        }
    }

    /// The one value whose texts are found in both states of the field.
    private func byValues(_ proof: Consequence.Proof) -> [Int] {
        guard let before = proof.before, let after = proof.after else { return [] }
        let found = reasons.indices.filter { index in
            let reason = reasons[index]
            guard reason.kind == .value, let old = reason.before.value?.plainText,
                let new = reason.after.value?.plainText
            else { return false }
            return before.exact.rest(behind: old.exact) != nil && after.exact.rest(behind: new.exact) != nil
        }
        return found.count == 1 ? found : []
    }
}

extension String {
    /// What stands behind the last of several marks, or all.
    fileprivate func components(behind mark: String) -> String {
        var rest = self.exact
        while let next = rest.rest(behind: mark.exact) { rest = next }
        return rest.text
    }
}

extension Value {
    /// A scalar in words, long enough to be told; nil for a secret.
    fileprivate var plainText: String? {
        guard !containsSecret, map == nil, list == nil else { return nil }
        let text = string ?? oneLine()
        return text.utf8.count > 1 ? text : nil
    }
}
