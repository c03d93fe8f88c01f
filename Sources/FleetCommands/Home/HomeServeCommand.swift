import ArgumentParser
import FleetTools
import FleetWeb
import Foundation
import Homes
import Logging

/// `hubfleet home serve --homes DIR --state DIR`
struct HomeServeCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Let the users of a JupyterHub download their homes: a service of the hub.",
        discussion: """
            JupyterHub starts it as a managed service, or it runs alone with the same variables (JUPYTERHUB_SERVICE_URL, \
            JUPYTERHUB_API_TOKEN and so on; docs/homes.md has the list). It works also when a user's server is stopped or \
            cannot start. Homes are only read.

            hubfleet home serve --homes /export/prod --state /var/lib/home-download
            """
    )

    @Option(help: "The folder of all homes.", completion: .directory)
    var homes: String

    @Option(
        help:
            "How folders are named after users, as KubeSpawner does: its {escaped_username}, its {username}, or the name itself."
    )
    var nameScheme = FolderScheme.escape

    @Option(help: "Where scans, receipts, keys and the log of downloads are kept.", completion: .directory)
    var state: String

    @Option(
        help: "Where archives of all homes go when an administrator asks; default: nowhere.", completion: .directory)
    var exports: String?

    @Option(help: "What a home may hold, such as 10Gi; only said on the page.")
    var quota: String?

    @Option(help: ArgumentHelp("Downloads at once.", valueName: "number"))
    var downloads = 64

    @Option(help: ArgumentHelp("Downloads of one user at once.", valueName: "number"))
    var downloadsPerUser = 4

    @Option(
        help: ArgumentHelp(
            "Bytes a second for one download, such as 20M; default: as fast as it goes.", valueName: "bytes"))
    var rate: String?

    @OptionGroup var logging: LoggingOptions

    func validate() throws {
        try GivenPaths.check(["--homes": homes, "--state": state, "--exports": exports])
        if downloads < 1 || downloadsPerUser < 1 { throw ValidationError("at least one download must be possible") }
    }

    func run(in context: FleetContext) async throws {
        // What it writes is for its own account.
        umask(0o077)
        let environment = try HomeServiceEnvironment(context.environment)
        var settings = HomeServiceSettings(
            homes: context.url(homes).path, scheme: nameScheme, state: context.url(state).path)
        settings.exports = exports.map { context.url($0).path }
        settings.quota = try quota.map { try Self.amount($0, "--quota") }
        settings.rate = try rate.map { Int(try Self.amount($0, "--rate")) }
        settings.downloads = downloads
        settings.downloadsPerUser = downloadsPerUser
        // Found out now rather than by the first user.
        _ = try HomeFolders(settings.homes)
        let hub = HubServiceIdentity(
            hub: context.hubAPI, address: environment.api, clientID: environment.clientID, token: environment.token)
        let service = try HomeService(environment, settings, hub: hub, time: context.time)
        var logger = logging.logger
        logger.logLevel = logging.verbose ? .debug : .info
        try await service.run(logger: logger)
    }

    private static func amount(_ text: String, _ option: String) throws -> Int64 {
        guard let bytes = DiskQuota.bytes(text) else {
            throw ValidationError("\(option) \(text) is no amount of bytes, such as 10Gi or 500M")
        }
        return bytes
    }
}
