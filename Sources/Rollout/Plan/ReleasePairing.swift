import FleetModel
import Releases
import Texts

/// A release in the two states of a fleet.
struct ReleasePair: Sendable {
    /// Nil for a new one.
    let before: Release?
    /// Nil for one that is gone.
    let after: Release?
    /// Where `fleet.yaml` says that the hub moved from.
    var movedFrom: Located<String>?
}

/// Finds for each release of one state its counterpart in the other: by its name, by `moved_from`, or by the cluster at
/// the cloud, when a cluster has another name now.
struct ReleasePairing: Sendable {
    private let before: FleetState
    private let after: FleetState
    private let policies: [ExactText: HubPolicy]
    /// The names of clusters before, by their names now.
    private let clusters: [ExactText: Cluster]

    init(_ before: FleetState, _ after: FleetState, policies: [ExactText: HubPolicy]) async {
        self.before = before
        self.after = after
        self.policies = policies
        clusters = await Self.clusters(before, after)
    }

    /// The cluster that a cluster of the state after was before.
    func earlier(_ cluster: Cluster) -> Cluster? { clusters[cluster.name.value.exact] }

    /// All pairs: those of the state after in its order, then those that are gone.
    var pairs: [ReleasePair] {
        let now = Set(after.fleet.fleet.hubs.map(\.id.exact))
        let old = Dictionary(
            before.fleet.fleet.clusters.flatMap { cluster in
                cluster.hubs.map { ($0.id.exact, Release($0, of: cluster)) }
            }
        ) { first, _ in first }
        var taken: Set<ExactText> = []
        let pairs = after.fleet.fleet.clusters.flatMap { cluster in
            cluster.releases(charts: after.fleet.reading.charts).map { release in
                let pair = pair(release, old: old, now: now)
                if let before = pair.before { taken.insert(before.id.exact) }
                return pair
            }
        }
        let gone = before.fleet.fleet.clusters.flatMap { $0.releases(charts: before.fleet.reading.charts) }
        return pairs + gone.filter { !taken.contains($0.id.exact) }.map { ReleasePair(before: $0, after: nil) }
    }

    private func pair(_ release: Release, old: [ExactText: Release], now: Set<ExactText>) -> ReleasePair {
        let earlier = earlier(release.cluster)
        guard let hub = release.hub else {
            let support = earlier.flatMap { Release.support(of: $0, charts: before.fleet.reading.charts) }
            return ReleasePair(before: support, after: release)
        }
        if let earlier, let twin = old["\(earlier.name.value)/\(hub.name.value)".exact] {
            return ReleasePair(before: twin, after: release)
        }
        guard let moved = movedFrom(hub, now: now), let twin = old[moved.value.exact] else {
            return ReleasePair(before: nil, after: release)
        }
        return ReleasePair(before: twin, after: release, movedFrom: moved)
    }

    /// The earlier name that `fleet.yaml` gives a hub; one that is still in use is an error of its own.
    private func movedFrom(_ hub: Hub, now: Set<ExactText>) -> Located<String>? {
        guard let setting = policies[hub.id.exact]?.movedFrom, let old = setting.value, let place = setting.place,
            !now.contains(old.exact)
        else { return nil }
        return Located(old, at: place)
    }

    // MARK: - Clusters

    private static func clusters(_ before: FleetState, _ after: FleetState) async -> [ExactText: Cluster] {
        func byName(_ fleet: Fleet) -> [ExactText: Cluster] {
            Dictionary(fleet.clusters.map { ($0.name.value.exact, $0) }) { first, _ in first }
        }
        let (old, new) = (byName(before.fleet.fleet), byName(after.fleet.fleet))
        var found = new.compactMapValues { old[$0.name.value.exact] }
        let gone = old.values.filter { new[$0.name.value.exact] == nil }
        for (name, cluster) in new where found[name] == nil {
            var twins: [Cluster] = []
            for candidate in gone where await isSame(candidate, cluster, before, after) { twins.append(candidate) }
            if twins.count == 1 { found[name] = twins[0] }
        }
        return found
    }

    /// Whether two clusters are one at the cloud, by what names it there or by the file that leads to it.
    private static func isSame(_ old: Cluster, _ new: Cluster, _ before: FleetState, _ after: FleetState) async -> Bool
    {
        let accounts = (old.provider.account, new.provider.account)
        guard old.provider.kind == new.provider.kind else { return false }
        let facts = [accounts.0, accounts.1].map { account in
            account.target.map { "\($0.key)=\($0.value.value)" }.sortedByBytes().joined(separator: "\0").exact
        }
        if !facts[0].isEmpty || !facts[1].isEmpty { return facts[0] == facts[1] }
        guard let left = accounts.0.credentials.value, let right = accounts.1.credentials.value,
            let identity = await before.fleet.source.identity("\(old.folder)/\(left.value)")
        else { return false }
        return await after.fleet.source.identity("\(new.folder)/\(right.value)") == identity
    }
}
