import FleetModel
import Rollout
import Texts

extension Consequence.Kind {
    /// What people will notice, in their words.
    var words: String {
        switch self {
        case .unknown: "cannot be judged here"
        case .refused: "cannot be applied"
        case .dataAtRisk: "data at risk"
        case .oneWay: "one way (JupyterHub's database is migrated)"
        case .permissionsWiden: "permissions widen"
        case .loggedOut: "everyone is logged out"
        case .proxyRestarts: "proxy restarts (everyone is cut off; routes return within 5 minutes)"
        case .hubRestarts: "hub restarts (no log-ins or starts for about a minute)"
        case .othersRestart: "other parts restart"
        case .atOnce: "changes at once, without a restart"
        case .nextStart: "next server start only: servers that run keep what they have"
        case .nothing: "nothing running changes"
        }
    }
}

extension Consequence {
    /// With the condition under which it holds.
    var words: String { isOfFirstUpgrade ? "if this was never upgraded: \(kind.words)" : kind.words }
}

/// One thing that shows a consequence, on one line.
struct ProofText {
    let line: String
    /// The value in the fleet that made it differ, with its place.
    let cause: String?

    init(_ proof: Consequence.Proof, in consequence: Consequence, of planned: PlannedRelease) {
        line = Self.line(proof)
        let causes = ConsequenceCauses(planned).causes(of: proof, in: consequence).prefix(2).map { index -> String in
            let reason = planned.reasons[index]
            let place = (reason.after.place ?? reason.before.place).map { " at \($0.description)" } ?? ""
            return "\(reason.subject)\(place)".printable
        }
        cause = causes.isEmpty ? nil : "from \(causes.joined(separator: "; "))"
    }

    private static func line(_ proof: Consequence.Proof) -> String {
        let sides: String? =
            proof.before == nil && proof.after == nil
            ? nil : FieldText.change(proof.before, proof.after)
        let what = [proof.object, proof.path].compactMap { $0 }.joined(separator: ", ")
        let head = [what.isEmpty ? nil : what, sides].compactMap { $0 }.joined(separator: ": ")
        return [head.isEmpty ? nil : head, proof.note].compactMap { $0 }.joined(separator: "; ").printable
    }
}

/// What people will notice of all releases of a plan, each class and each proof once.
struct ConsequenceGroups {
    struct Group {
        let words: String
        let releases: [String]
        let proofs: [Shown]
    }

    /// A proof that several releases have.
    struct Shown {
        let text: ProofText
        let releases: [String]
    }

    /// The gravest class first.
    let groups: [Group]

    init(_ plan: Plan) {
        var order: [[Consequence.Kind: [(PlannedRelease, Consequence)]]] = [[:], [:]]
        for planned in plan.releases {
            for consequence in plan.consequences?[planned.id.exact]?.all ?? [] {
                order[consequence.isOfFirstUpgrade ? 1 : 0][consequence.kind, default: []].append(
                    (planned, consequence))
            }
        }
        groups = order.flatMap { kinds in
            Consequence.Kind.allCases.compactMap { kind in kinds[kind].map(Self.group) }
        }
    }

    private static func group(_ members: [(planned: PlannedRelease, consequence: Consequence)]) -> Group {
        var lines: [ExactText] = []
        var shown: [ExactText: (text: ProofText, releases: [String])] = [:]
        for (planned, consequence) in members {
            for proof in consequence.proofs {
                let text = ProofText(proof, in: consequence, of: planned)
                let key = "\(text.line)\0\(text.cause ?? "")".exact
                if shown[key] == nil { lines.append(key) }
                shown[key, default: (text, [])].releases.append(planned.id)
            }
        }
        return Group(
            words: members[0].consequence.words, releases: members.map(\.planned.id),
            proofs: lines.compactMap { shown[$0].map { Shown(text: $0.text, releases: $0.releases) } })
    }
}

/// What people will notice, for a terminal: a row for each release as soon as it is known, and what shows it.
struct ConsequenceTable {
    /// More proofs of one class are counted.
    private static let proofs = 8

    static let title = "What people will notice:"

    /// The row of one release, below those before it.
    static func row(_ planned: PlannedRelease, _ found: ReleaseConsequences, width: Int) -> String {
        let name = planned.id.printable
        let margin = name + String(repeating: " ", count: max(0, width - name.count) + 2)
        let indent = "\n" + String(repeating: " ", count: width + 2)
        return margin + found.all.map(\.words).joined(separator: indent)
    }

    /// How wide the names of releases are.
    static func width(_ plan: Plan) -> Int { plan.releases.map(\.id.printable.count).max() ?? 0 }

    /// What shows each class; of `nothing` no more is said.
    static func proofs(_ plan: Plan) -> String {
        let groups = ConsequenceGroups(plan).groups.map { group in
            ([group.words] + lines(group, of: plan)).joined(separator: "\n")
        }
        return groups.isEmpty ? "" : "What shows it:\n\n" + groups.joined(separator: "\n")
    }

    private static func lines(_ group: ConsequenceGroups.Group, of plan: Plan) -> [String] {
        let shown = group.proofs.prefix(proofs).flatMap { proof -> [String] in
            let place = plan.releases.count > 1 ? ["        in \(PlanTable.list(proof.releases))"] : []
            return ["    \(proof.text.line)"] + (proof.text.cause.map { ["        \($0)"] } ?? []) + place
        }
        let more = group.proofs.count - proofs
        return shown + (more > 0 ? ["    and \(more) more; `--format json` has them"] : [])
    }
}
