import ArgumentParser
import FleetModel
import FleetTools
import Releases

extension ContentLink.Interface: ExpressibleByArgument {}

/// `hubfleet link CLUSTER/HUB REPOSITORY`
struct LinkCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "link",
        abstract: "Make a link that gives users of a hub a copy of a repository.",
        discussion: """
            Whoever opens the link gets the copy in their home, brought up to date at each use; what they changed stays. \
            The hub's image needs nbgitpuller.

            hubfleet link cluster/hub https://github.com/example/course --open week1/intro.ipynb
            """
    )

    @OptionGroup var hub: OneHubOptions

    @Argument(help: "The address of a public git repository.")
    var repository: String

    @Option(help: "The branch.")
    var branch = "main"

    @Option(name: .customLong("open"), help: "A file or folder of the repository to open.")
    var path = ""

    @Option(help: "What to open it with: lab, notebook or rstudio.")
    var interface = ContentLink.Interface.lab

    @OptionGroup var logging: LoggingOptions

    /// An address in the wrong place may hold a token, and would be shown as a hub that is not there.
    func validate() throws {
        guard hub.hub.contains("://") || hub.hub.contains("@") else { return }
        throw ValidationError("the address of the repository comes second, behind CLUSTER/HUB")
    }

    func run(in context: FleetContext) async throws {
        let found = try await hub.find(in: context)
        guard let domain = found.hub.domain?.value else { throw NoAddress(hub: found.hub.id) }
        let loaded = await found.fleet.load(Release(found.hub, of: found.cluster))
        let facts = HubFacts(found.hub, on: found.cluster.provider.kind, effective: loaded.values)
        let link = try ContentLink(
            hub: "https://\(domain)\(facts.network.path.dropLast())", repository: repository, branch: branch,
            path: path, interface: interface)
        try context.output.result(link.url)
        if found.hasErrors { throw ExitStatus.failure }
    }

    private struct NoAddress: Error, CustomStringConvertible {
        let hub: String
        var description: String { "\(hub) has no domain in its cluster.yaml, so it has no address to link to" }
    }
}
