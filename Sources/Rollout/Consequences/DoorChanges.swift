import FleetModel
import Texts

/// Where more is reached from outside, or reaches more.
struct DoorChanges: Sendable {
    let state: StateChange

    var observations: [Observation] {
        state.changes.filter(\.isApplied).flatMap { change -> [Consequence.Proof] in
            switch change.kind {
            case "Ingress": ingress(change)
            case "Service": service(change)
            case "NetworkPolicy": policy(change)
            default: []
            }
        }.map { Observation(.permissionsWiden, $0) }
    }

    // MARK: - Ingress

    private func ingress(_ change: ObjectChange) -> [Consequence.Proof] {
        guard let after = change.after else { return [] }
        let known = Set(Self.routes(change.predecessor).map(\.text))
        let more = Self.routes(after).filter { !known.contains($0.text) }
        let routes = more.map { route in
            Consequence.Proof(
                object: change.name, path: route.field?.path, after: route.text,
                note: "it is reached from outside", template: after.sheet.template)
        }
        return routes + guards(change)
    }

    /// What is reached, by which path: the host's name is only another name for it.
    private static func routes(_ ingress: RenderedObject?) -> [(text: String, field: ObjectField?)] {
        let rules = ingress?.tree["spec", "rules"]?.members ?? []
        let routes = rules.flatMap { $0["http", "paths"]?.members ?? [] }.map { path in
            (
                "\(path["path"]?.text ?? "/") to \(path["backend"]?.fields.map(\.shown).joined(separator: " ") ?? "")",
                path["path"]?.field ?? path["backend"]?.fields.first
            )
        }
        let rest = ingress?.tree["spec", "defaultBackend"].map { backend in
            [("all to \(backend.fields.map(\.shown).joined(separator: " "))", backend.fields.first)]
        }
        return routes + (rest ?? [])
    }

    /// Annotations by which controllers ask who somebody is, or where they come from.
    private static let guarding = ["whitelist", "allowlist", "source-range", "auth", "policies", "internal"]

    private func guards(_ change: ObjectChange) -> [Consequence.Proof] {
        change.fields(below: "metadata.annotations").filter { field in
            field.before != nil && Self.guarding.contains { field.path.lowercased().contains($0) }
        }.map { change.proof($0, "it kept people out; it may let more in now") }
    }

    // MARK: - Services

    private func service(_ change: ObjectChange) -> [Consequence.Proof] {
        guard let after = change.after else { return [] }
        let outside = ["LoadBalancer", "NodePort"]
        let types = [change.before, after].map { $0?.tree["spec", "type"] }
        let isOpen = types.map { outside.contains($0?.text ?? "") || $0?.isHidden == true }
        var found: [Consequence.Proof] = []
        if isOpen[1], !isOpen[0] || types[0]?.text != types[1]?.text {
            let field = change.fields.first { $0.path == "spec.type" }
            found.append(
                field.map { change.proof($0, "it is reached from outside") }
                    ?? change.proof("it is reached from outside"))
        }
        guard change.before != nil, isOpen[1] else { return found + addresses(change) }
        let ranges = (change.before?.tree["spec", "loadBalancerSourceRanges"]?.texts ?? []).map(AddressRange.init)
        let now = after.tree["spec", "loadBalancerSourceRanges"]?.texts.map(AddressRange.init) ?? []
        let isWider =
            !ranges.isEmpty && (now.isEmpty || !now.allSatisfy { range in ranges.contains { $0.covers(range) } })
        let fields = isWider ? change.fields(below: "spec.loadBalancerSourceRanges") : []
        return found + fields.map { change.proof($0, "it is reached from more addresses") } + guards(change)
            + addresses(change)
    }

    private func addresses(_ change: ObjectChange) -> [Consequence.Proof] {
        change.fields(below: "spec.externalIPs").filter { $0.after != nil }.map {
            change.proof($0, "it is reached from outside")
        }
    }

    // MARK: - Network policies

    private func policy(_ change: ObjectChange) -> [Consequence.Proof] {
        guard let before = change.before else { return [] }
        guard let after = change.after else { return [change.proof("it kept pods apart")] }
        let chosen = change.fields(below: "spec.podSelector").map { change.proof($0, "it looks after other pods") }
        return chosen
            + ["ingress", "egress"].flatMap { direction -> [Consequence.Proof] in
                let (old, new) = (PolicyRules(before, direction), PolicyRules(after, direction))
                guard old.holds, !new.holds || !new.rules.allSatisfy({ rule in old.rules.contains { $0.covers(rule) } })
                else { return [] }
                let fields = change.fields(below: "spec.\(direction)") + change.fields(below: "spec.policyTypes")
                let words = direction == "ingress" ? "more may come in" : "more can be reached"
                return fields.map { change.proof($0, words) }
            }
    }
}

/// What a policy allows in one direction. Source: Kubernetes' page on network policies.
private struct PolicyRules {
    struct Rule {
        /// Nil for all.
        let peer: String?
        let range: AddressRange?
        /// Nil for all.
        let port: String?

        /// Whether it allows at least what another one allows.
        func covers(_ other: Rule) -> Bool {
            let isPort = port == nil || port == other.port
            guard isPort, peer != nil else { return isPort }
            if let range, let inner = other.range { return range.covers(inner) }
            return peer == other.peer
        }
    }

    /// Whether the policy says anything of this direction. Without it, all is allowed.
    let holds: Bool
    let rules: [Rule]

    init(_ policy: RenderedObject, _ direction: String) {
        let spec = policy.tree["spec"]
        let types = spec?["policyTypes"]?.texts.map { $0.lowercased() } ?? []
        let list = spec?[direction]
        holds = types.isEmpty ? direction == "ingress" || list != nil : types.contains(direction)
        let rules = list.map { $0.isVoid ? [] : $0.members } ?? []
        self.rules = rules.flatMap { rule -> [Rule] in
            let peers = (rule[direction == "ingress" ? "from" : "to"]?.members ?? []).map(Optional.some)
            let ports = (rule["ports"]?.members ?? []).map { Optional.some(Self.text($0)) }
            return (peers.isEmpty ? [nil] : peers).flatMap { peer in
                (ports.isEmpty ? [nil] : ports).map { port in
                    Rule(
                        peer: peer.map(Self.text), range: peer?["ipBlock"].map { AddressRange($0) }, port: port)
                }
            }
        }
    }

    private static func text(_ tree: SheetTree) -> String {
        // Without the numbers of the lists that they stand in.
        tree.fields.map { field in
            let steps = FieldPath.steps(field.path).suffix(3).map { step in
                if case .key(let key) = step { key.text } else { "" }
            }
            return "\(steps.joined(separator: "."))=\(field.likeness)"
        }.sortedByBytes().joined(separator: "\n")
    }
}

/// Addresses of the fourth version: `10.0.0.0/8`, without some of them.
struct AddressRange: Sendable {
    private let text: String
    private let except: Set<String>
    /// The first address, and how many of its bits count; nil for what is none.
    private let bits: (start: UInt32, length: Int)?

    init(_ text: String) { self.init(text, except: []) }

    /// An `ipBlock` of a network policy.
    init(_ block: SheetTree) {
        self.init(block["cidr"]?.text ?? "", except: Set(block["except"]?.texts ?? []))
    }

    private init(_ text: String, except: Set<String>) {
        self.text = text
        self.except = except
        let parts = text.split(separator: "/")
        let bytes = (parts.first ?? "").split(separator: ".").compactMap { UInt8($0) }
        if parts.count == 2, bytes.count == 4, let length = Int(parts[1]), (0...32).contains(length) {
            bits = (bytes.reduce(0) { $0 << 8 | UInt32($1) }, length)
        } else {
            bits = nil
        }
    }

    /// Whether all addresses of another range are in it.
    func covers(_ other: AddressRange) -> Bool {
        guard except.allSatisfy({ other.except.contains($0) }) else { return false }
        guard let bits, let inner = other.bits else { return text == other.text }
        guard bits.length <= inner.length else { return false }
        return bits.length == 0 || (bits.start ^ inner.start) >> UInt32(32 - bits.length) == 0
    }
}
