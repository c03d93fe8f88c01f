import ArgumentParser
import Engines
import FleetTools
import Foundation

/// `hubfleet keeper`
struct KeeperCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keeper",
        abstract: "The process that keeps deployed hubs of this machine running.",
        discussion: """
            `deploy` and `up --detach` start it when it does not run. To have it after a reboot, too:

            hubfleet keeper unit    the unit for systemd, or the line for cron
            """,
        subcommands: [KeeperRunCommand.self, KeeperUnitCommand.self]
    )
}

/// `hubfleet keeper run`
struct KeeperRunCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Keep the deployed hubs of this machine running, in the foreground.",
        discussion: """
            When it is stopped, servers of users go on, and the next keeper finds them.

            hubfleet keeper run
            """
    )

    @OptionGroup var state: StateFolderOptions
    @OptionGroup var logging: LoggingOptions

    func run(in context: FleetContext) async throws {
        umask(0o022)
        let (output, time) = (context.output, context.time)
        @Sendable func say(_ hub: KeptHub, _ text: String) {
            output.message("\(time.now.ISO8601Format()) \(hub.id): \(text)")
        }
        let keeper = Keeper(
            state: state.folder(in: context), doors: context.doors,
            tell: { hub, event in if let text = event.line { say(hub, text) } },
            complain: { hub, error in say(hub, "Error: \(error)") })
        let outcome = await Interruption.watch([SIGINT, SIGTERM, SIGHUP], .cancel) { try await keeper.run() }
        do { try outcome.result.get() } catch is CancellationError {}
    }
}

/// `hubfleet keeper unit`
struct KeeperUnitCommand: FleetCommand {
    enum Form: String, ExpressibleByArgument, CaseIterable {
        case systemd, cron
    }

    static let configuration = CommandConfiguration(
        commandName: "unit",
        abstract: "Print what starts the keeper when this machine starts.",
        discussion: """
            As root it is a unit of the system, else one of this account, which needs `loginctl enable-linger`.

            hubfleet keeper unit > /etc/systemd/system/hubfleet.service
            hubfleet keeper unit > ~/.config/systemd/user/hubfleet.service
            hubfleet keeper unit --form cron
            """
    )

    @Option(help: "A unit of systemd, or a line of a crontab.")
    var form: Form = .systemd

    @OptionGroup var state: StateFolderOptions
    @OptionGroup var logging: LoggingOptions

    func run(in context: FleetContext) async throws {
        guard let program = context.doors.program else { throw KeeperError.noProgram }
        let call = [program, "keeper", "run", "--state-dir", state.folder(in: context).path]
        switch form {
        case .systemd: try context.output.result(Self.unit(call, isRoot: context.isRoot))
        case .cron: try context.output.result("@reboot \(call.map(\.shellQuoted).joined(separator: " "))")
        }
    }

    /// Source: systemd.service(5), systemd.unit(5).
    static func unit(_ call: [String], isRoot: Bool) -> String {
        let line = call.map { word in
            let escaped = word.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("%", with: "%%")
                .replacing("$", with: "$$")
            return "\"\(escaped)\""
        }.joined(separator: " ")
        return """
            [Unit]
            Description=Hubfleet: keeps the JupyterHubs of this machine running
            After=network-online.target
            Wants=network-online.target

            [Service]
            ExecStart=\(line)
            Restart=always
            RestartSec=5
            # Servers of users go on while the keeper is started again, such as after an update.
            KillMode=process

            [Install]
            WantedBy=\(isRoot ? "multi-user.target" : "default.target")
            """
    }
}

extension String {
    /// As one word of a shell.
    fileprivate var shellQuoted: String { "'\(replacing("'", with: "'\\''"))'" }
}
