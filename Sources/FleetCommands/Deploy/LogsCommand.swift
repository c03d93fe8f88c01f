import ArgumentParser
import Engines
import FleetTools
import Foundation

/// `hubfleet logs HUB`
struct LogsCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Show the log of a deployed hub of this machine.",
        discussion: """
            hubfleet logs local/prod
            hubfleet logs local/prod --lines 200 --follow
            """
    )

    @Argument(help: "CLUSTER/HUB.")
    var hub: String

    @Option(name: [.customShort("n"), .long], help: "So many lines of the end.")
    var lines = 50

    @Flag(name: .shortAndLong, help: "Go on with what is added, until Ctrl-C.")
    var follow = false

    @OptionGroup var state: StateFolderOptions
    @OptionGroup var logging: LoggingOptions

    func validate() throws {
        if lines < 0 { throw ValidationError("--lines must be 0 or more") }
    }

    func run(in context: FleetContext) async throws {
        let kept = try state.keptHub(hub, in: context)
        let program = "tail"
        let last = ["-n", "\(lines)"]
        let output = try await context.runner.run(Invocation(program, last + ["--", kept.folder.log]))
        guard output.status == 0 else { throw ValidationError("there is no log of \(kept.id) yet") }
        try context.output.result(output.text)
        guard follow else { return }
        let size = Self.size(kept.folder.log)
        let outcome = await Interruption.watch([SIGINT, SIGTERM, SIGHUP], .cancel) {
            var place = size
            while true {
                try await context.time.sleep(for: .milliseconds(300))
                let now = Self.size(kept.folder.log)
                // A log that was turned over begins anew.
                if now < place { place = 0 }
                guard now > place, let handle = FileHandle(forReadingAtPath: kept.folder.log) else { continue }
                try handle.seek(toOffset: place)
                let data = try handle.readToEnd() ?? Data()
                try handle.close()
                place += UInt64(data.count)
                let text = String(decoding: data, as: UTF8.self)
                try context.output.result(text.hasSuffix("\n") ? String(text.dropLast()) : text)
            }
        }
        do { try outcome.result.get() } catch is CancellationError {}
    }

    private static func size(_ file: String) -> UInt64 {
        (try? FileManager.default.attributesOfItem(atPath: file)[.size] as? UInt64) ?? 0
    }
}
