import ArgumentParser
import FleetModel
import FleetTools
import Foundation
import Homes
import Texts

/// `hubfleet home import ARCHIVE --to PATH`
struct HomeImportCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Put an archive back into a folder, or a folder of archives into a folder of homes.",
        discussion: """
            Reads ZIP and tar archives of Hubfleet, and those of other programs. Hubfleet's are checked before anything is \
            written. An archive that would write outside of the folder is refused. What is there already and differs is \
            overwritten only with --replace. An import that was interrupted goes on when it is asked for again.

            hubfleet home import ada.zip --to /export/prod/ada
            hubfleet home import archives/ --to /export/prod --user-map users.csv
            """
    )

    @Argument(help: "The archive, or a folder of archives that are named after their users.", completion: .file())
    var archive: String

    @Option(help: "The folder; for a folder of archives, the folder of all homes.", completion: .directory)
    var to: String

    @Option(help: "A table of old and new names of users' folders, as CSV: old,new.", completion: .file())
    var userMap: String?

    @Flag(help: "Overwrite what is there already and differs.")
    var replace = false

    @Flag(help: "Make links that lead out of the folder, too.")
    var keepOuterLinks = false

    @Option(help: "What may be in a home when all is done, such as 10Gi; default: what fits on the disk.")
    var quota: String?

    @Option(
        help: ArgumentHelp("Who owns what is made, for root; default: the owner of the folder.", valueName: "uid:gid"))
    var owner: String?

    @OptionGroup var receipts: ReceiptOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var logging: LoggingOptions

    func validate() throws {
        try GivenPaths.check(["the archive": archive, "--to": to, "--user-map": userMap])
        try output.check(besides: receipts.receipt)
        _ = try template(archive, to)
    }

    func run(in context: FleetContext) async throws {
        if owner != nil, !context.isRoot { throw Refusal.ownerNeedsRoot }
        let folder = try ArchiveFolder(ifFolder: context.url(archive).path)
        let imports = try imports(of: folder, in: context)
        let writer = try writer(imports, isOfMany: folder != nil, in: context)
        let outcome = try await Interruption.guarded {
            var progress = ImportProgress(context.output)
            defer { progress.finish() }
            do {
                return try imports.run(writer) { progress.show($0) }
            } catch is CancellationError {
                progress.stop()
                throw CancellationError()
            }
        }
        try output.print(outcome.results.map(\.result), besides: receipts.receipt, in: context) {
            outcome.results.map { $0.item.prefix + $0.result.text }.joined(separator: "\n")
        }
        if outcome.unreadable > 0 {
            context.output.message(
                "left out or in doubt: \(outcome.unreadable); the reason for each stands above")
        }
        if outcome.failures + outcome.unreadable > 0 { throw ExitStatus.failure }
    }

    /// The writer of receipts: what is wrong with them is found out before hours of work.
    private func writer(
        _ imports: AllHomesImport, isOfMany: Bool, in context: FleetContext
    ) throws -> ReceiptWriter {
        let writer =
            isOfMany
            ? try receipts.signing.writer(folder: receipts.receipt, in: context)
            : try receipts.writer(notOver: imports.items.map(\.task.target), in: context)
        for item in imports.items { try writer.checkFolder(usual: item.receipt) }
        return writer
    }

    /// The archives with their homes.
    private func imports(of folder: ArchiveFolder?, in context: FleetContext) throws -> AllHomesImport {
        var template = try template(context.url(archive).path, context.url(to).path)
        (template.time, template.user) = (context.time, context.user)
        guard let folder else {
            if userMap != nil { throw Refusal.mapNeedsFolder }
            return AllHomesImport(template)
        }
        context.output.tellPassedOver(folder)
        let imports = try AllHomesImport(folder, to: template.target, map: try map(in: context), like: template)
        for line in imports.unused {
            context.output.message("\(line.old), line \(line.number): no archive has this name")
        }
        if userMap != nil {
            for name in imports.unnamed { context.output.message("\(name): not in the map, so it keeps its name") }
        }
        for item in imports.items where !item.isHome {
            context.output.message("\(item.archive.printable): no hub takes a folder of this name for a home")
        }
        return imports
    }

    private func map(in context: FleetContext) throws -> UserMap {
        guard let userMap else { return .empty }
        let path = context.url(userMap).path
        guard let bytes = FileManager.default.contents(atPath: path) else { throw Refusal.unreadable(path) }
        let map = try UserMap(Array(bytes), file: userMap)
        context.output.tellLowered(map)
        return map
    }

    /// The import of one archive, as the options say.
    /// - Throws: `ValidationError`.
    private func template(_ archive: String, _ target: String) throws -> HomeImport {
        var task = HomeImport(archive, to: target)
        task.replaces = replace
        task.keepsOuterLinks = keepOuterLinks
        task.quota = try quota.map { text in
            guard let bytes = DiskQuota.bytes(text), bytes >= 0 else {
                throw ValidationError("--quota \(text) is no amount of bytes, such as 10Gi or 500M")
            }
            return UInt64(bytes)
        }
        task.account = try owner.map { text in
            guard let owner = HomeOwner(text) else {
                throw ValidationError("--owner \(text) is no UID:GID, such as 1000:100")
            }
            return owner
        }
        return task
    }
}
