import FleetModel
import FleetTesting
import Foundation
import Releases

@testable import Rollout

/// Plans and differences whose every text is made by chance, also those that no reader of fleets would let through.
struct OddPlan<Random: RandomNumberGenerator> {
    /// A real cluster, for hubs with odd names.
    let cluster: Cluster
    let text: (inout Random) -> String

    private func place(_ random: inout Random) -> SourceLocation { SourceLocation(file: text(&random), line: 3) }

    private func located(_ random: inout Random) -> Located<String> { Located(text(&random), at: place(&random)) }

    private func flips(_ random: inout Random) -> Bool { Bool.random(using: &random) }

    func release(_ random: inout Random) -> Release {
        let hub = Hub(
            name: located(&random), cluster: text(&random), displayName: nil, domain: nil, domainOverrideFile: nil,
            expectedStatus: nil, chart: located(&random), valuesFiles: [located(&random)], chartOverride: nil,
            location: place(&random))
        return Release(hub, of: cluster)
    }

    private func side(_ random: inout Random) -> PlanReason.Side {
        let place = place(&random)
        let value = Value(.string(text(&random)), at: place)
        return flips(&random) ? PlanReason.Side(value, at: place) : PlanReason.Side(at: flips(&random) ? place : nil)
    }

    private func reason(_ random: inout Random) -> PlanReason {
        let kind = PlanReason.Kind.allCases.randomElement(using: &random) ?? .value
        return PlanReason(
            kind, text(&random), before: side(&random), after: side(&random),
            causes: flips(&random) ? [text(&random)] : [])
    }

    private func prover(_ random: inout Random) -> ProverChoice {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: .needless
        case 1: .none(because: text(&random))
        case 2: .waived(reason: text(&random), place: place(&random))
        default:
            .hub(
                Prover(
                    hub: text(&random), namedAt: nil, sharedFiles: [text(&random)], ownFiles: [text(&random)]))
        }
    }

    func plan(size: Int, using random: inout Random) -> Plan {
        func many<Element>(_ make: (inout Random) -> Element) -> [Element] {
            (0..<Int.random(in: 0...size, using: &random)).map { _ in make(&random) }
        }
        let planned = many { random in
            let reasons = [reason(&random), reason(&random)]
            return PlannedRelease(
                release: release(&random), stage: Stage.allCases.randomElement(using: &random) ?? .alone,
                reasons: reasons, prover: prover(&random), proven: flips(&random) ? [0] : nil, movedFrom: nil,
                earlier: nil, contents: nil)
        }
        return Plan(
            before: .commit(text(&random), revision: text(&random)), after: .workingTree(commit: text(&random)),
            releases: planned,
            gone: many { GoneRelease(release: release(&$0), becameHub: flips(&$0) ? text(&$0) : nil) },
            untouched: many { random in
                let note = UntouchedRelease.Note(
                    file: text(&random), path: text(&random), at: place(&random), overriddenAt: place(&random))
                return UntouchedRelease(release: release(&random), notes: [note])
            },
            skipped: many { SkippedRelease(release: release(&$0), label: text(&$0), reasons: [reason(&$0)]) },
            renamed: many {
                RenamedHub(
                    hub: text(&$0), place: place(&$0), earlier: text(&$0), earlierPlace: place(&$0), signs: [text(&$0)])
            },
            findings: many { Finding(rule: "x", text(&$0), at: place(&$0)) }, hubCount: size, supportCount: 0)
    }

    // MARK: - Rendered objects

    private func field(_ random: inout Random) -> ObjectField? {
        guard flips(&random) else { return nil }
        return ObjectField(path: text(&random), kind: .plain, shown: text(&random), seal: "")
    }

    private func object(_ random: inout Random) -> ObjectDifference {
        ObjectDifference(
            change: [.added, .removed, .changed].randomElement(using: &random) ?? .changed,
            identity: ObjectIdentity(group: "", kind: text(&random), namespace: text(&random), name: text(&random)),
            section: KubernetesObject.Section.allCases.randomElement(using: &random) ?? .release,
            template: text(&random),
            fields: [
                FieldDifference(path: text(&random), before: field(&random), after: field(&random), lines: []),
                FieldDifference(path: text(&random), before: field(&random), after: field(&random), lines: []),
            ], because: flips(&random) ? [text(&random)] : [])
    }

    func difference(using random: inout Random) -> ReleaseDifference {
        let objects = (0..<3).map { _ in object(&random) }
        let outcome: ReleaseDifference.Outcome =
            switch Int.random(in: 0..<6, using: &random) {
            case 0: .same
            case 1: .added(objects)
            case 2: .removed(objects)
            case 3: .failed(reason: text(&random))
            default: .changed(objects)
            }
        return ReleaseDifference(
            release: release(&random), outcome: outcome, closed: flips(&random) ? [text(&random)] : [], findings: [])
    }
}
