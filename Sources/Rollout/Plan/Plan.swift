import FleetModel
import Releases
import Texts

/// What a change of a fleet will do: which releases are deployed, in which order, and why; which are not, though files of
/// theirs differ; what is refused.
package struct Plan: Sendable {
    package let before: StateName
    package let after: StateName
    /// By stage, then in the order of the fleet.
    package let releases: [PlannedRelease]
    /// Releases that the state after does not have. Nothing is taken away by a plan.
    package let gone: [GoneRelease]
    /// Releases of which files differ without an effect.
    package let untouched: [UntouchedRelease]
    /// Releases that labels keep back.
    package let skipped: [SkippedRelease]
    package let renamed: [RenamedHub]
    /// What must be mended in the files of the planned releases before anything is deployed.
    package let findings: [Finding]
    /// How many there are in the state after, among those that were chosen.
    package let hubCount: Int
    package let supportCount: Int
    /// What people will notice of each planned release, by its identifier; nil when nobody asked.
    package internal(set) var consequences: [ExactText: ReleaseConsequences]? = nil

    /// Whether anything would be deployed, or is gone.
    package var isEmpty: Bool { releases.isEmpty && gone.isEmpty }
    /// Whether it can be carried out.
    package var isSound: Bool { renamed.isEmpty && !findings.hasErrors && failures.isEmpty }

    /// Planned releases that helm cannot render, with what it says.
    package var failures: [(release: String, reason: String)] {
        releases.compactMap { planned in
            consequences?[planned.id.exact]?.failure.map { (planned.id, $0) }
        }
    }
}

/// The order in which releases are deployed.
package enum Stage: Int, Sendable, CaseIterable {
    case support, staging, production
    /// Production hubs that nothing proves.
    case alone

    package var name: String {
        switch self {
        case .support: "support"
        case .staging: "staging"
        case .production: "production"
        case .alone: "alone"
        }
    }
}

/// A release that will be deployed.
package struct PlannedRelease: Sendable {
    package let release: Release
    package let stage: Stage
    package let reasons: [PlanReason]
    package let prover: ProverChoice
    /// The reasons that the prover is deployed for too, by their places in `reasons`; nil without a prover.
    package let proven: [Int]?
    /// The name that the hub has in the state before, where that is another one.
    package let movedFrom: String?
    /// The release in the state before; nil for a new one.
    package let earlier: Release?
    /// What its chart and its files are; nil when nobody asked.
    package let contents: ReleaseContents?

    /// `CLUSTER/HUB`, or `CLUSTER (support)`.
    package var id: String { release.id }
}

/// What a planned release is made of, for whoever carries the plan out.
package struct ReleaseContents: Sendable {
    /// Nil for a chart without end.
    package let chart: ContentDigest?
    package let inputs: ReleaseInputs
}

/// A release that is not in the state after.
package struct GoneRelease: Sendable {
    package let release: Release
    /// The hub that it became, by `moved_from`.
    package let becameHub: String?
}

/// A release of which files differ, and that stays as it is.
package struct UntouchedRelease: Sendable {
    /// What differs in one file, and why it has no effect.
    package struct Note: Sendable, Equatable {
        package let file: String
        /// What the file sets otherwise; nil when only its text differs: comments, order, anchors.
        package let path: String?
        package let at: SourceLocation
        /// The place that wins over it.
        package let overriddenAt: SourceLocation?
    }

    package let release: Release
    package let notes: [Note]
}

/// A release that a label keeps back, with what would be deployed.
package struct SkippedRelease: Sendable {
    package let release: Release
    package let label: String
    package let reasons: [PlanReason]
}
