import ArgumentParser
import FleetTools
import Foundation
import Homes
import Texts

/// `hubfleet home report --from HOMES`
struct HomeReportCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Show who uses how much space.",
        discussion: """
            Each folder in HOMES is the home of a user; those whose name begins with _ are shared. Hidden ones and \
            lost+found are passed over. A size is what it takes on the disk, with files of several names counted once. The \
            last use is the newest change of any file.

            A report as JSON is what --since reads: keep one a month to see what grows.

            hubfleet home report --from /export/prod --quota 10Gi
            hubfleet home report --from /export/prod --format json > november.json
            hubfleet home report --from /export/prod --since october.json --idle-days 90
            hubfleet home report --from /export/prod --receipt closing.json
            """
    )

    @Option(help: "The folder that holds the homes.", completion: .directory)
    var from: String

    @Option(
        help: ArgumentHelp(
            "What each user may use: 10G, 10Gi and 10GiB are of powers of 1024, 10GB is of powers of 1000.",
            valueName: "size"))
    var quota: String?

    @Option(
        help: ArgumentHelp("An earlier report as JSON, to show what has grown.", valueName: "file"), completion: .file()
    )
    var since: String?

    @Option(help: ArgumentHelp("Flag homes without a change in so many days.", valueName: "days"))
    var idleDays: Int?

    @Flag(help: "End with 1 when somebody is over the quota.")
    var check = false

    @Option(
        help: ArgumentHelp(
            "Where the report is written as a signed receipt, too; - for standard output.", valueName: "file"),
        completion: .file())
    var receipt: String?

    @OptionGroup var signing: SigningOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var logging: LoggingOptions

    func validate() throws {
        try GivenPaths.check(["--from": from, "--since": since])
        if let quota, DiskQuota.bytes(quota) == nil {
            throw ValidationError("\(quota) is no size; write such as 10Gi, 500M or 10GB")
        }
        if let idleDays, idleDays < 1 { throw ValidationError("--idle-days must be 1 or more") }
        if signing.key != nil, receipt == nil { throw ValidationError("--key needs --receipt") }
        if check, quota == nil { throw ValidationError("--check needs --quota") }
        try output.check(besides: receipt)
    }

    func run(in context: FleetContext) async throws {
        let writer = try receipt.map { try signing.writer($0, in: context) }
        try writer?.checkFolder()
        let homes = context.url(from).path
        let earlier = try since.map { try UsageReport.read(context.url($0).path) }
        let settings = UsageSettings(quota: quota.flatMap(DiskQuota.bytes), idleDays: idleDays, since: earlier)
        let report = try await Interruption.guarded {
            defer { context.output.draw("\r\u{1B}[K") }
            return try UsageSurvey.run(homes, settings: settings, time: context.time) { event in
                guard case .measures(let folder, let done, let count) = event else { return }
                let line = "Measuring \(folder.printable), \(done + 1) of \(count)".prefix(TerminalSize.columns - 1)
                context.output.draw("\r\u{1B}[K\(line)")
            }
        }
        try writer.map { try context.output.show($0.write(report, usual: "")) }
        try output.print(report, besides: receipt, in: context) { UsageSheet(report).text }
        if check, report.totals.overQuota > 0 { throw ExitStatus.failure }
    }
}
