import FleetModel
import FleetTools
import Releases
import Texts

/// The revert of a hub in its fleet: a branch on which the files that are the hub's alone are as they were at a commit.
///
/// Without it the next deployment brings the state again that a rollback took away.
package struct HubRevert: Sendable {
    /// What was written.
    package struct Outcome: Sendable, Equatable {
        /// The branch; nil where no file of the hub alone differs.
        package let branch: String?
        /// The files that are on it as they were, by their paths.
        package let restored: [String]
        /// Files that differ, too, and that others use: they are left as they are.
        package let shared: [String]
    }

    private let fleet: WorkingTree
    private let runner: any CommandRunner

    /// - Parameters:
    ///   - fleet: the folder; its repository gets the branch.
    ///   - runner: runs git.
    package init(_ fleet: WorkingTree, runner: any CommandRunner) {
        self.fleet = fleet
        self.runner = runner
    }

    /// Writes the branch, on what is checked out.
    ///
    /// - Parameters:
    ///   - hub: `CLUSTER/HUB`.
    ///   - commit: the commit at which the hub was as it shall be.
    ///   - reason: why, for the message of the commit; nil where nobody said so.
    /// - Returns: what was written.
    /// - Throws: `GitError`, `GitBranchError`, `FleetSourceError`, `CommandError`, `FileError`.
    package func write(_ hub: String, to commit: String, reason: String?) async throws -> Outcome {
        let git = Git(fleet.root, runner: runner)
        guard let head = await git.checkedOut else { throw GitError.noRepository(folder: fleet.root) }
        let (now, then) = (try await files(of: hub, at: head), try await files(of: hub, at: commit))
        let (present, earlier) = (try await git.objects(at: head), try await git.objects(at: commit))
        func differs(_ path: String) -> Bool { present[path]?.exact != earlier[path]?.exact }
        let used = now.used.union(then.used).filter { differs($0.text) }
        let own = used.subtracting(now.others).sorted().map(\.text)
        let shared = used.intersection(now.others).sorted().map(\.text)
        guard !own.isEmpty else { return Outcome(branch: nil, restored: [], shared: shared) }
        let name = hub.split(separator: "/").joined(separator: "-")
        let branch = try await GitBranch(git).make(
            "revert/\(name)-to-\(commit.prefix(9))", on: head,
            own.map { GitBranch.Change(path: $0, object: earlier[$0]) },
            message: message(hub, commit, reason))
        return Outcome(branch: branch, restored: own, shared: shared)
    }

    private func message(_ hub: String, _ commit: String, _ reason: String?) -> String {
        let why = reason.map { "\n\($0)\n" } ?? ""
        return
            "Bring \(hub) back to \(commit.prefix(9))\n\(why)\nThe hub was rolled back to its state at commit \(commit).\n"
    }

    private struct Files {
        /// What the hub is made of, but for its chart.
        var used: Set<ExactText> = []
        /// What others are made of, and what makes all of them hubs of their clusters.
        var others: Set<ExactText> = []
    }

    private func files(of id: String, at commit: String) async throws -> Files {
        let reading = try await FleetReader.read(try await GitTree(commit, of: fleet.root, runner: runner))
        var files = Files()
        for cluster in reading.fleet.clusters {
            let declaration = "\(cluster.folder)/cluster.yaml".exact
            files.others.insert(declaration)
            for release in cluster.releases(charts: reading.charts) {
                let used = Self.files(of: release)
                if release.hub?.id.exact == id.exact {
                    files.used.formUnion(used.union([declaration]))
                } else {
                    files.others.formUnion(used)
                }
            }
        }
        return files
    }

    private static func files(of release: Release) -> Set<ExactText> {
        let named = release.valuesFiles.map(\.value) + [release.hub?.domainOverrideFile?.value].compactMap { $0 }
        let all = named.map { "\(release.cluster.folder)/\($0)" } + [release.chartOverrideFile].compactMap { $0 }
        return Set(all.compactMap(place))
    }

    /// A path without `..`; nil for one that leads out of the fleet.
    private static func place(_ path: String) -> ExactText? {
        var parts: [String] = []
        for name in FleetPath.names(in: path) {
            if name != ".." { parts.append(name) } else if parts.popLast() == nil { return nil }
        }
        return parts.joined(separator: "/").exact
    }
}
