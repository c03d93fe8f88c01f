import ArgumentParser

/// `hubfleet home`
struct HomeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "home",
        abstract: "Archive home directories, check archives, and see who uses space.",
        discussion: """
            hubfleet home export --from /export/prod/ada --to ada.zip
            hubfleet home verify ada.zip
            hubfleet home report --from /export/prod --quota 10Gi
            """,
        subcommands: [
            HomeExportCommand.self, HomeVerifyCommand.self, HomeImportCommand.self, HomeMoveCommand.self,
            HomeReportCommand.self, HomeServeCommand.self,
        ]
    )
}
