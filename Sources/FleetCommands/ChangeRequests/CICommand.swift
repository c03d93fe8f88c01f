import ArgumentParser

/// `hubfleet ci`
struct CICommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ci",
        abstract: "Have change requests of the fleet checked and planned where they are made.",
        discussion: """
            hubfleet ci init github --program https://example.org/hubfleet-0.1.0-linux-x86_64
            """,
        subcommands: [CIInitCommand.self]
    )
}
