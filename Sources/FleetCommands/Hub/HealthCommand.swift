import ArgumentParser
import Engines
import FleetModel
import FleetTools
import Foundation
import Rollout

/// `hubfleet health SELECTOR...`
struct HealthCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Check hubs with a server of a user of their own, and say whose a trouble is.",
        discussion: """
            Asks the hub, its proxy, its login and its API; then starts a server for the user of checks, runs cells in \
            a kernel, writes to the home, and stops the server. The hub may be served by anybody. A hub elsewhere is \
            asked at its domain, with the token of its service hub-health.

            hubfleet health local/prod                    a hub that runs on this machine
            hubfleet health '*/staging' --format json     all staging hubs, for another program
            hubfleet health my-cluster/prod --stage login what needs no token
            hubfleet health local/prod --watch            again and again, until Ctrl-C

            Exit status: 0 all is well, 1 no hub is, 3 some are not, 4 none is ill, and some could not be checked.
            """
    )

    @Argument(help: SelectorHelp.text, completion: SelectorHelp.completion)
    var selectors: [String] = []

    @Option(help: ArgumentHelp("The last stage that is taken.", valueName: "stage"))
    var stage: HealthStage = .clean

    @Flag(help: "Check again and again, until Ctrl-C.")
    var watch = false

    @Option(help: ArgumentHelp("With --watch: how often.", valueName: "seconds"))
    var every = 300

    @Option(
        help: ArgumentHelp(
            "How long a server may take to start; ten minutes more while a node comes.", valueName: "seconds"))
    var timeout = 300

    @Option(
        help: ArgumentHelp("The token of the service hub-health of one hub.", valueName: "file"), completion: .file())
    var tokenFile: String?

    @Option(help: ArgumentHelp("Ask one hub at this address instead of at its domain.", valueName: "url"))
    var address: String?

    @Option(
        help: ArgumentHelp("Run the cells of this notebook instead; none may fail.", valueName: "file"),
        completion: .file())
    var notebook: String?

    @Flag(name: .long, help: "Check copies that run on this machine with up --local.")
    var local = false

    @Option(help: "Where local hubs are kept; default: HUBFLEET_STATE, or the system's place.", completion: .directory)
    var stateDir: String?

    @OptionGroup var fleet: FleetOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var logging: LoggingOptions

    func validate() throws {
        if selectors.isEmpty { throw ValidationError("name the hubs to check, such as CLUSTER/HUB or '*/staging'") }
        try GivenPaths.check(["--token-file": tokenFile, "--notebook": notebook, "--state-dir": stateDir])
        guard (1...86_400).contains(timeout) else { throw ValidationError("--timeout must be from 1 to 86400") }
        guard (10...86_400).contains(every) else { throw ValidationError("--every must be from 10 to 86400") }
        if let address, !Self.isAddress(address) {
            throw ValidationError("--address must be one of http:// or https://, without a name or a token in it")
        }
    }

    /// Whether hubs can be asked there, and nothing in it is a secret that would be shown.
    private static func isAddress(_ text: String) -> Bool {
        guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty else { return false }
        return ["http", "https"].contains(parts.scheme) && parts.user == nil && parts.password == nil
            && parts.query == nil && parts.fragment == nil
    }

    func run(in context: FleetContext) async throws {
        let state =
            stateDir.map { StateFolder(path: context.url($0).path) }
            ?? .standard(environment: context.environment, isRoot: context.isRoot)
        let cells = try notebook.map { try CheckNotebook(context.bytes(of: $0)) }
        let selected = try await HealthSelection(command: self, state: state, context: context).selected()
        try await HealthSession(command: self, selected: selected, notebook: cells, context: context).run()
    }
}

extension HealthStage: ExpressibleByArgument {}

extension FleetContext {
    /// A file that a user named.
    /// - Throws: `Refusal.unreadable`.
    func bytes(of path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: url(path).path) else { throw Refusal.unreadable(path) }
        return Array(data)
    }
}
