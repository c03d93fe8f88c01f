import FleetModel
import Releases
import Texts

/// Compares where releases of a cluster go: the cluster at its cloud, and the credentials that lead there.
struct TargetComparison: Sendable {
    let files: FileComparison

    /// What differs for all releases of a cluster.
    func reasons(_ old: Cluster, _ new: Cluster) async -> [PlanReason] {
        var reasons: [PlanReason] = []
        let (left, right) = (old.provider, new.provider)
        if left.kind != right.kind {
            reasons.append(
                PlanReason(
                    .target, "provider", before: side(left.kind.rawValue, of: old),
                    after: side(right.kind.rawValue, of: new))
            )
        }
        for fact in Set((left.account.target + right.account.target).map(\.key)).sorted() {
            let sides = [left, right].map { provider in provider.account.target.first { $0.key == fact }?.value }
            guard sides[0]?.value.exact != sides[1]?.value.exact else { continue }
            reasons.append(
                PlanReason(
                    .target, fact, before: sides[0].map(PlanReason.Side.init) ?? .init(),
                    after: sides[1].map(PlanReason.Side.init) ?? .init()))
        }
        return reasons + [await credentials(old, new)].compactMap { $0 }
    }

    private func side(_ text: String, of cluster: Cluster) -> PlanReason.Side {
        .init(Value(.string(text), at: SourceLocation(file: cluster.file)))
    }

    /// Credentials are told by what they hold, not by the name of their file.
    private func credentials(_ old: Cluster, _ new: Cluster) async -> PlanReason? {
        let (left, right) = (old.provider.account.credentials.value, new.provider.account.credentials.value)
        guard left != nil || right != nil else { return nil }
        var verdict = FileComparison.Verdict.different
        if let left, let right {
            verdict = await files.compare("\(old.folder)/\(left.value)", "\(new.folder)/\(right.value)")
        }
        guard verdict != .same else { return nil }
        let causes = verdict == .sealed ? [PlanReason.sealedCause] : []
        return PlanReason(
            .credentials, right?.value ?? left?.value ?? "", before: .init(nil, at: left?.location),
            after: .init(nil, at: right?.location), causes: causes)
    }

    /// What replaces the domain of a hub.
    func domain(_ old: Hub, of oldCluster: Cluster, _ new: Hub, of newCluster: Cluster) async -> PlanReason? {
        let (left, right) = (old.domainOverrideFile, new.domainOverrideFile)
        guard left != nil || right != nil else { return nil }
        var verdict = FileComparison.Verdict.different
        if let left, let right {
            verdict = await files.compare("\(oldCluster.folder)/\(left.value)", "\(newCluster.folder)/\(right.value)")
        }
        guard verdict != .same else { return nil }
        return PlanReason(
            .domain, right?.value ?? left?.value ?? "", before: .init(nil, at: left?.location),
            after: .init(nil, at: right?.location), causes: verdict == .sealed ? [PlanReason.sealedCause] : [])
    }
}

extension PlanReason {
    /// What is said of an encrypted file whose cipher text differs.
    package static let sealedCause = "secret changed or re-encrypted"
}

extension KeyValuePairs {
    fileprivate static func + (left: KeyValuePairs, right: KeyValuePairs) -> [(key: Key, value: Value)] {
        left.map { $0 } + right.map { $0 }
    }
}
