import ArgumentParser
import Dispatch
import FleetTools
import Foundation
import Texts

/// The program `hubfleet`.
package struct HubfleetCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "hubfleet",
        abstract: "Deploys, operates and hands over a fleet of independent JupyterHubs.",
        discussion: """
            A fleet is one repository of configuration. Commands look for it upwards from the present folder; -C names \
            another one. Results go to standard output, everything else to standard error.

            hubfleet up             runs an example hub on this machine
            hubfleet init DIR       starts a fleet of your own
            hubfleet list           shows what is in it
            hubfleet validate       checks it

            Completions for your shell: hubfleet --generate-completion-script bash|zsh|fish
            """,
        version: Version.current,
        groupedSubcommands: [
            CommandGroup(name: "START", subcommands: [UpCommand.self, InitCommand.self, ImportCommand.self]),
            CommandGroup(
                name: "LOOK",
                subcommands: [
                    ListCommand.self, ShowCommand.self, ValuesCommand.self, ExplainCommand.self, LinkCommand.self,
                ]),
            CommandGroup(
                name: "CHECK",
                subcommands: [
                    ValidateCommand.self, PlanCommand.self, DiffCommand.self, HealthCommand.self, ChartsCommand.self,
                    CICommand.self,
                ]),
            CommandGroup(
                name: "RUN",
                subcommands: [
                    DeployCommand.self, StatusCommand.self, LogsCommand.self, HistoryCommand.self,
                    RollbackCommand.self, RehearseCommand.self, DownCommand.self, UndeployCommand.self,
                    KeeperCommand.self,
                ]),
            CommandGroup(name: "KEEP", subcommands: [HomeCommand.self]),
        ]
    )

    package init() {}

    /// Runs what the command line asks for, and ends the process.
    ///
    /// What has to be known first is asked before there is a second thread: without `/proc`, threads of the system end the
    /// process in their own way.
    package static func start() -> Never {
        StandardOutput.keepClosed()
        guard ProcessFacts.areAtHand else {
            StandardOutput(environment: [:]).message(
                "Error: /proc is not there, so hubfleet cannot know what it was asked for; "
                    + "mount it, as with `mount -t proc proc /proc`")
            exit(withError: ExitStatus.failure)
        }
        Task {
            await runCommandLine()
            Foundation.exit(0)
        }
        dispatchMain()
    }

    private static func runCommandLine() async {
        do {
            try CommandWords.check(Array(CommandLine.arguments.dropFirst()))
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            leave(because: error)
        }
    }

    /// Ends the process. The parser would print names that are in an error as they are.
    private static func leave(because error: any Error) -> Never {
        let status = exitCode(for: error)
        // Help was asked for, or all is said.
        guard status != .success, !(error is ExitCode) else { exit(withError: error) }
        let isFoundations = error is CocoaError || error is POSIXError
        let text = isFoundations ? "Error: \(SystemReason.of(error))" : fullMessage(for: error)
        // Words that are refused are shown, and may be addresses with tokens.
        StandardOutput(environment: [:]).message(text.withoutCredentials)
        exit(withError: status)
    }
}
