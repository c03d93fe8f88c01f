import ArgumentParser
import FleetModel
import FleetTools
import Foundation
import Homes

extension FolderScheme: ExpressibleByArgument {}

/// `hubfleet home move --from HOMES --to HOMES`
struct HomeMoveCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "move",
        abstract: "Copy the homes of all users to another hub, and compare both sides.",
        discussion: """
            Both places are mounted here, such as the NFS exports of two hubs. The first run copies everything; each later \
            one copies what is new or changed. Then both sides are read and compared. The source is never written to. On \
            the target, nothing is replaced or removed that this move did not write; --final also removes what is gone on \
            the source. A run that was stopped, or killed, goes on when it is started again.

            hubfleet home move --from /export/old --to /export/new --dry-run
            hubfleet home move --from /export/old --to /export/new
            hubfleet home move --from /export/old --to /export/new --final
            hubfleet home move --from /old --to /new --user-map logins.csv --from-scheme escape --to-scheme safe
            """
    )

    @Option(help: "The folder with the homes of the old hub.", completion: .directory) var from: String
    @Option(help: "The folder for the homes of the new hub.", completion: .directory) var to: String

    @Option(help: ArgumentHelp("Move this user alone, by the old name; may be given again.", valueName: "name"))
    var user: [String] = []

    @Option(
        help: ArgumentHelp("Lines of old,new for users whose name changes.", valueName: "csv"), completion: .file())
    var userMap: String?

    @Option(help: "How the old hub names folders: plain, escape (before KubeSpawner 7) or safe.")
    var fromScheme = FolderScheme.plain

    @Option(help: "How the new hub names folders; default: as the old one.")
    var toScheme: FolderScheme?

    @Flag(help: "Refuse homes that the user map does not name.") var strict = false
    @Flag(help: "Move folders whose name begins with _ too.") var shared = false
    @Flag(help: "Go on although the old side has another path now than in earlier runs.") var fromMoved = false
    @Flag(help: "Say what would be copied, and write nothing.") var dryRun = false
    @Flag(help: "Remove on the target what is gone on the source, if this move wrote it.") var final = false
    @Flag(help: "Compare both sides and copy nothing.") var verifyOnly = false
    @Flag(help: "Replace files on the target that this move did not write.") var replace = false

    @Option(help: ArgumentHelp("Who shall own everything; as root, default: as on the source.", valueName: "uid:gid"))
    var owner: String?

    @Option(
        help: ArgumentHelp(
            "Where the move remembers what it wrote; default: .hubfleet-move in the target.", valueName: "dir"),
        completion: .directory)
    var state: String?

    @OptionGroup var receipts: ReceiptOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var logging: LoggingOptions

    func validate() throws {
        try checkTexts()
        if let owner, HomeOwner(owner) == nil {
            throw ValidationError("\(owner) is no owner; write two numbers, such as 1000:100")
        }
        if verifyOnly, dryRun || final || replace {
            throw ValidationError("--verify-only writes nothing; leave out --dry-run, --final and --replace")
        }
        if dryRun, receipts.receipt != nil { throw ValidationError("--dry-run has no receipt; leave out --receipt") }
        if strict, userMap == nil { throw ValidationError("--strict needs --user-map") }
        try output.check(besides: receipts.receipt)
    }

    private func checkTexts() throws {
        try GivenPaths.check([
            "--from": from, "--to": to, "--state": state, "--user-map": userMap, "--receipt": receipts.receipt,
            "--key": receipts.signing.key, "--user": user.contains("") ? "" : nil,
        ])
    }

    func run(in context: FleetContext) async throws {
        if owner != nil, !context.isRoot { throw Refusal.ownerNeedsRoot }
        let settings = try settings(in: context)
        let usual = settings.stateFolder + "/receipt.json"
        // A comparison alone leaves nothing on the target, but it can be signed elsewhere.
        let hasReceipt = !dryRun && (!verifyOnly || receipts.receipt != nil)
        let last = settings.stateFolder + "/result.json"
        let writer = hasReceipt ? try receipts.writer(notOver: [last], in: context) : nil
        try writer?.checkFolder()
        try writer?.check(usual: usual)
        let result = try await Interruption.guarded {
            let progress = MoveProgress(context.output)
            defer { progress.finish() }
            return try await MoveRun(settings, progress.show).run()
        }
        // Hours of work are told also when the disk has no room for their record.
        let kept = Result {
            if !dryRun, !verifyOnly { try FileWriting.write(try JSONText.pretty(result) + "\n", to: last) }
        }
        let signed = Result { try writer.map { try context.output.show($0.write(result, usual: usual)) } }
        try output.print(result, besides: writer == nil ? nil : receipts.receipt, in: context) {
            MoveSheet(result).text
        }
        for record in [kept, signed.map { _ in }] { try record.get() }
        if !result.isGood { throw ExitStatus.failure }
    }

    private func settings(in context: FleetContext) throws -> MoveSettings {
        func path(_ text: String) -> String {
            let path = context.url(text).path
            return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        }
        var settings = MoveSettings(from: path(from), to: path(to), as: context.user)
        settings.time = context.time
        settings.state = state.map(path)
        settings.receipt = receipts.receipt.flatMap { $0 == "-" ? nil : path($0) }
        settings.users = user
        settings.fromScheme = fromScheme
        settings.toScheme = toScheme ?? fromScheme
        (settings.isStrict, settings.withShared) = (strict, shared)
        (settings.isDryRun, settings.isFinal) = (dryRun, final)
        (settings.isVerifyOnly, settings.replaces) = (verifyOnly, replace)
        settings.hasMoved = fromMoved
        settings.owner = owner.flatMap(HomeOwner.init)
        if let userMap {
            guard let data = FileManager.default.contents(atPath: path(userMap)) else {
                throw Refusal.unreadableMap(userMap)
            }
            settings.map = try UserMap([UInt8](data), file: userMap)
            context.output.tellLowered(settings.map)
        }
        return settings
    }
}
