import FleetModel
import Texts

/// The list of jobs that another deployer makes for the same change, as its planning leaves it for its workflow.
///
/// Lines `support-jobs=…`, `staging-jobs=…`, `prod-jobs=…` with a list of JSON each, or a map of JSON with these keys.
package struct PeerJobs: Sendable {
    /// One of its jobs.
    package struct Job: Sendable, Equatable {
        /// `CLUSTER/HUB`, or `CLUSTER (support)`, as releases are named.
        package let release: String
        package let reason: String
        /// Whether it deploys a staging hub only because a production hub follows.
        package var isForProof: Bool { reason.hasPrefix("Following prod hubs require redeploy") }
    }

    private static let lists = ["support-jobs", "staging-jobs", "prod-jobs"]

    package let jobs: [Job]

    /// - Throws: `PeerJobsError`.
    package init(_ bytes: [UInt8], file: String) throws(PeerJobsError) {
        let text = String(decoding: bytes, as: UTF8.self)
        let isMap = text.first { !$0.isWhitespace } == "{"
        var jobs: [Job] = []
        var found = 0
        if isMap {
            let root = try Self.tree(text, file: file)
            for name in Self.lists {
                guard let list = root[name] else { continue }
                found += 1
                jobs += try Self.jobs(in: list)
            }
        } else {
            for line in text.split(whereSeparator: \.isNewline) {
                guard let mark = line.firstIndex(of: "="), Self.lists.contains(String(line[..<mark])) else { continue }
                found += 1
                jobs += try Self.jobs(in: Self.tree(String(line[mark...].dropFirst()), file: file))
            }
        }
        guard found > 0 else { throw .noJobs(file: file) }
        self.jobs = jobs
    }

    private static func tree(_ text: String, file: String) throws(PeerJobsError) -> Value {
        let document = YAMLReader.read(text, file: file)
        guard let root = document.root, !document.findings.hasErrors else { throw .noJSON(file: file) }
        return root
    }

    private static func jobs(in list: Value) throws(PeerJobsError) -> [Job] {
        var jobs: [Job] = []
        for entry in list.list ?? [] {
            guard let cluster = entry["cluster_name"]?.string else { throw .noCluster(entry.location) }
            let hub = entry["hub_name"]?.string
            let reason = entry["choice_reason"] ?? entry["reason_for_redeploy"]
            jobs.append(
                Job(release: hub.map { "\(cluster)/\($0)" } ?? "\(cluster) (support)", reason: reason?.string ?? ""))
        }
        return jobs
    }
}

/// Why a file is no list of jobs.
package enum PeerJobsError: Error, Equatable, CustomStringConvertible {
    case noJobs(file: String)
    case noJSON(file: String)
    case noCluster(SourceLocation)

    package var description: String {
        switch self {
        case .noJobs(let file):
            "\(file) holds no list of jobs: lines support-jobs=[…], staging-jobs=[…] and prod-jobs=[…], or a map of JSON "
                + "with these keys"
        case .noJSON(let file): "\(file) holds a list of jobs that is no JSON"
        case .noCluster(let place): "\(place): this job has no cluster_name"
        }
    }
}

/// A plan beside the jobs of another deployer.
package struct PeerComparison: Sendable {
    /// Releases that the plan has and the other misses.
    package let missed: [String]
    /// Jobs of the other whose releases stay as they are.
    package let needless: [PeerJobs.Job]
    /// Releases that both deploy.
    package let both: Int

    package init(_ plan: Plan, _ peer: PeerJobs) {
        let ours = Set(plan.releases.map(\.id.exact))
        let theirs = Set(peer.jobs.map(\.release.exact))
        missed = plan.releases.map(\.id).filter { !theirs.contains($0.exact) }
        needless = peer.jobs.filter { !ours.contains($0.release.exact) }
        both = ours.intersection(theirs).count
    }
}
