import FleetModel
import FleetTools
import Texts

/// Brings the charts that a fleet's charts depend on from their repositories, each of them once.
package struct ChartFetch: Sendable {
    /// How things stand with one chart.
    package struct Outcome: Sendable, Equatable {
        package enum State: Sendable, Equatable {
            /// It was fetched before.
            case present(digest: String)
            case fetched(digest: String)
            /// It lies in the repository of the fleet.
            case inFleet
            /// It is not here, and nobody was asked.
            case missing
            case failed(reason: String)
        }

        package let chart: String
        package let version: String
        package let repository: String
        package let state: State
    }

    private let fleet: OpenFleet
    private let store: ChartStore
    private let runner: any CommandRunner
    private let helm: Helm

    /// - Parameters:
    ///   - fleet: whose charts depend on others.
    ///   - runner: runs helm.
    ///   - environment: the variables of this process.
    ///   - helm: the program that asks repositories.
    package init(
        _ fleet: OpenFleet, runner: any CommandRunner, environment: [String: String], helm: Helm = Helm()
    ) {
        self.fleet = fleet
        store = ChartStore(CacheFolder(environment: environment))
        self.runner = runner
        self.helm = helm
    }

    /// Fetches what the charts of some clusters need.
    ///
    /// - Parameters:
    ///   - clusters: whose releases count.
    ///   - isOffline: whether nobody is asked.
    ///   - again: whether what is here is fetched once more.
    ///   - told: called with each outcome when it is known.
    /// - Returns: the outcomes, sorted.
    /// - Throws: `RenderError` for a chart of the fleet that cannot be read.
    package func run(
        _ clusters: [Cluster], isOffline: Bool, again: Bool = false, told: @Sendable (Outcome) -> Void = { _ in }
    ) async throws -> [Outcome] {
        var outcomes: [Outcome] = []
        for wanted in try await wanted(by: clusters) {
            let state = await state(of: wanted, isOffline: isOffline, again: again)
            let outcome = Outcome(
                chart: wanted.name, version: wanted.version, repository: wanted.repository, state: state)
            told(outcome)
            outcomes.append(outcome)
        }
        return outcomes
    }

    private func state(of wanted: Wanted, isOffline: Bool, again: Bool) async -> Outcome.State {
        guard !wanted.isInFleet else { return .inFleet }
        guard let source = ChartSource(name: wanted.name, version: wanted.version, repository: wanted.repository) else {
            return .failed(reason: "\"\(wanted.repository.printable)\" is no address of a repository of charts")
        }
        if let stored = store.find(source), !again { return .present(digest: stored.digest) }
        guard !isOffline else { return .missing }
        do {
            return .fetched(digest: try await store.fetch(source, by: helm, runner: runner).digest)
        } catch {
            return .failed(reason: "\(error)")
        }
    }

    // MARK: - What is wanted

    private struct Wanted: Hashable, Comparable {
        let name: String
        let version: String
        let repository: String
        let isInFleet: Bool

        static func < (left: Wanted, right: Wanted) -> Bool {
            (left.name.exact, left.version.exact, left.repository.exact)
                < (right.name.exact, right.version.exact, right.repository.exact)
        }
    }

    private func wanted(by clusters: [Cluster]) async throws -> [Wanted] {
        let charts = Charts(in: fleet.source)
        var wanted: Set<Wanted> = []
        var seen: Set<ExactText> = []
        // What runs on this machine is not rendered.
        let rendered = clusters.filter { $0.provider.kind != .local }
        for release in rendered.flatMap({ $0.releases(charts: charts) }) {
            let folder = "\(Charts.folder)/\(release.chart.value)"
            let key = "\(folder)\n\(release.chartOverrideFile ?? "")".exact
            guard seen.insert(key).inserted else { continue }
            try await collect(folder, override: release.chartOverrideFile, parents: [], into: &wanted)
        }
        return wanted.sorted()
    }

    private func collect(
        _ folder: String, override: String?, parents: [String], into wanted: inout Set<Wanted>
    ) async throws {
        guard parents.count < 6, !parents.contains(folder) else { throw RenderError.endless(folder) }
        let source = fleet.source
        let needs = try await ChartNeeds(of: folder, override: override, isTop: parents.isEmpty, in: source)
        for dependency in needs.dependencies {
            if dependency.isOfFleet, let chart = dependency.path(from: folder) {
                try await collect(chart, override: override, parents: parents + [folder], into: &wanted)
                continue
            }
            let version = needs.version(of: dependency)
            wanted.insert(
                Wanted(
                    name: dependency.name, version: version, repository: dependency.repository ?? "",
                    isInFleet: isInFleet(dependency.name, version: version, of: folder)))
        }
    }

    private func isInFleet(_ name: String, version: String, of folder: String) -> Bool {
        guard LayerName.isPlain(name) else { return false }
        let source = fleet.source
        return (source.entries("\(folder)/charts") ?? []).contains { $0.isChart(name) }
            || source.kind("upstream/\(name)-\(version)/templates") == .folder
    }
}
