import ArgumentParser

/// `hubfleet home`
struct HomeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "home",
        abstract: "Archive home directories, and check archives.",
        discussion: """
            hubfleet home export --from /export/prod/ada --to ada.zip
            hubfleet home verify ada.zip
            """,
        subcommands: [HomeExportCommand.self, HomeVerifyCommand.self, HomeImportCommand.self, HomeServeCommand.self]
    )
}
