import ArgumentParser

/// `hubfleet charts`
struct ChartsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "charts",
        abstract: "Bring what the charts of the fleet depend on.",
        discussion: """
            hubfleet charts fetch
            """,
        subcommands: [ChartsFetchCommand.self]
    )
}
