import FleetModel
import Releases
import Texts

/// Which hub lets a production hub follow, and what both have in common.
package enum ProverChoice: Sendable, Equatable {
    /// The hub that goes first.
    case hub(Prover)
    /// The fleet says why there is none.
    case waived(reason: String, place: SourceLocation)
    /// There is none, and nobody has said why.
    case none(because: String)
    /// The hub is one for trying changes first, or no hub at all.
    case needless
}

/// The hub whose health lets another one follow.
package struct Prover: Sendable, Equatable {
    /// `CLUSTER/HUB`.
    package let hub: String
    /// Where `fleet.yaml` names it; nil when it was found.
    package let namedAt: SourceLocation?
    /// The values files that both list, relative to the root of the fleet.
    package let sharedFiles: [String]
    /// The values files that the hub lists alone, which its prover cannot prove.
    package let ownFiles: [String]
}

/// Finds provers: the one that `fleet.yaml` names, or else the staging hub of the cluster on the same chart that shares
/// most values files.
package struct ProverSearch: Sendable {
    private let releases: [ExactText: Release]
    private let policies: [ExactText: HubPolicy]

    init(_ fleet: Fleet, policies: [ExactText: HubPolicy]) {
        releases = Dictionary(
            fleet.clusters.flatMap { cluster in cluster.hubs.map { ($0.id.exact, Release($0, of: cluster)) } }
        ) { first, _ in first }
        self.policies = policies
    }

    /// The prover of a release.
    package func choice(for release: Release) -> ProverChoice {
        guard let hub = release.hub, !hub.isStaging else { return .needless }
        let policy = policies[hub.id.exact]
        if let reason = policy?.withoutProver.value, let place = policy?.withoutProver.place {
            return .waived(reason: reason, place: place)
        }
        if let name = policy?.prover.value {
            guard let named = releases[name.exact], named.chart.value.exact == hub.chart.value.exact, name != hub.id
            else {
                return .none(because: "the one that fleet.yaml names cannot be one")
            }
            return .hub(prover(named, of: release, namedAt: policy?.prover.place))
        }
        return found(for: release, hub)
    }

    /// The pairs of those provers of releases that are not among the releases themselves.
    func provers(of releases: [Release], among pairs: [ReleasePair]) -> [ReleasePair] {
        let own = Set(releases.map(\.id.exact))
        let provers = releases.compactMap { release -> ExactText? in
            if case .hub(let prover) = choice(for: release) { prover.hub.exact } else { nil }
        }
        let wanted = Set(provers).subtracting(own)
        return pairs.filter { pair in pair.after.map { wanted.contains($0.id.exact) } ?? false }
    }

    private func found(for release: Release, _ hub: Hub) -> ProverChoice {
        let staging = release.cluster.hubs.filter(\.isStaging)
        guard !staging.isEmpty else { return .none(because: "its cluster has no staging hub") }
        let candidates = staging.map { Release($0, of: release.cluster) }.filter { isOnSameChart($0, as: release) }
        guard !candidates.isEmpty else {
            return .none(because: "no staging hub of its cluster is on the same chart")
        }
        // The first of several that share as many.
        let best = candidates.map { prover($0, of: release, namedAt: nil) }
            .reduce(nil as Prover?) { best, next in
                best.map { next.sharedFiles.count > $0.sharedFiles.count ? next : $0 } ?? next
            }
        return best.map { .hub($0) } ?? .none(because: "its cluster has no staging hub")
    }

    private func isOnSameChart(_ left: Release, as right: Release) -> Bool {
        left.chart.value.exact == right.chart.value.exact
            && left.chartOverrideFile?.exact == right.chartOverrideFile?.exact
    }

    private func prover(_ prover: Release, of release: Release, namedAt place: SourceLocation?) -> Prover {
        let (theirs, own) = (Set(files(of: prover).map(\.exact)), files(of: release))
        return Prover(
            hub: prover.id, namedAt: place, sharedFiles: own.filter { theirs.contains($0.exact) },
            ownFiles: own.filter { !theirs.contains($0.exact) })
    }

    private func files(of release: Release) -> [String] {
        release.valuesFiles.map { FleetPath("\(release.cluster.folder)/\($0.value)")?.description ?? $0.value }
    }
}
