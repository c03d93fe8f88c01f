import ArgumentParser
import FleetModel
import FleetTools
import Releases
import Texts

/// `hubfleet charts fetch [SELECTOR...]`
struct ChartsFetchCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch",
        abstract: "Bring the charts that the fleet's charts depend on from their repositories, once.",
        discussion: """
            Helm brings what each Chart.yaml names; of a range of versions the one that Chart.lock settled on, where there \
            is one. Archives are kept for this account by the digest of their bytes, and count from then on. The fleet's \
            own folder is not changed. Charts that lie in the fleet are left alone.

            hubfleet charts fetch              for all charts that releases use
            hubfleet charts fetch my-cluster   for those of one cluster
            hubfleet charts fetch --offline    say what is missing, and ask nobody
            """
    )

    @Argument(help: SelectorHelp.text, completion: SelectorHelp.completion)
    var selectors: [String] = []

    @OptionGroup var fleet: FleetOptions

    @Flag(help: "Ask nobody: say what is here and what is missing.")
    var offline = false

    @Flag(help: "Bring also what is here, in case that it was changed.")
    var again = false

    @Option(help: ArgumentHelp("The helm that asks repositories: a path, or a name in PATH.", valueName: "program"))
    var helm = "helm"

    @OptionGroup var output: OutputOptions
    @OptionGroup var logging: LoggingOptions

    func validate() throws {
        try GivenPaths.check(["--helm": helm])
        if offline, again { throw ValidationError("--again asks repositories, and --offline nobody; give one of them") }
    }

    func run(in context: FleetContext) async throws {
        let fleet = try await self.fleet.open(in: context, opensEncryptedFiles: false)
        let clusters = try fleet.choosing(selectors, in: context).clusters
        let fetch = ChartFetch(
            fleet, runner: context.runner, environment: context.environment, helm: Helm(program: helm))
        let (isOffline, again) = (offline, again)
        let outcomes = try await Interruption.guarded {
            try await fetch.run(clusters, isOffline: isOffline, again: again) { outcome in
                if case .fetched = outcome.state {
                    context.output.message("fetched \(outcome.chart) \(outcome.version)")
                }
            }
        }
        let entries = outcomes.map(Entry.init)
        try output.print(entries, in: context) { table(entries) }
        let isShort = outcomes.contains { outcome in
            switch outcome.state {
            case .missing, .failed: true
            case .present, .fetched, .inFleet: false
            }
        }
        if isShort { throw ExitStatus.failure }
    }

    private func table(_ entries: [Entry]) -> String {
        var table = Table("CHART", "VERSION", "REPOSITORY", "STATE")
        for entry in entries { table.add(entry.chart, entry.version, entry.repository, entry.text) }
        return table.text
    }

    /// The JSON form: an interface, so it is a type of its own.
    private struct Entry: Encodable {
        let chart: String
        let version: String
        let repository: String
        /// present, fetched, inFleet, missing or failed
        let state: String
        /// SHA-256 of the archive.
        let digest: String?
        let reason: String?
        /// For the table alone.
        let text: String

        enum CodingKeys: CodingKey { case chart, version, repository, state, digest, reason }

        init(_ outcome: ChartFetch.Outcome) {
            (chart, version, repository) = (outcome.chart, outcome.version, outcome.repository)
            switch outcome.state {
            case .present(let digest): (state, self.digest, reason, text) = ("present", digest, nil, "here")
            case .fetched(let digest): (state, self.digest, reason, text) = ("fetched", digest, nil, "fetched")
            case .inFleet: (state, digest, reason, text) = ("inFleet", nil, nil, "in the fleet")
            case .missing: (state, digest, reason, text) = ("missing", nil, nil, "missing")
            case .failed(let why): (state, digest, reason, text) = ("failed", nil, why, "failed: \(why.lastLine)")
            }
        }
    }
}

extension String {
    fileprivate var lastLine: String { lastLines(1) }
}
