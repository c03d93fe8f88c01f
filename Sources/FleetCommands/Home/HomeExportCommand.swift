import ArgumentParser
import FleetModel
import FleetTools
import Foundation
import Homes
import Receipts
import Texts

/// `hubfleet home export --from PATH [--user NAME | --all] --to FILE|DIR|-`
struct HomeExportCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the archive of a home directory, or of all.",
        discussion: """
            The archive holds every folder, file and link with hidden ones, modes and times, and MANIFEST.json with the \
            SHA-256 of each file. Links are kept as links and never followed. What cannot be read is listed and left out. \
            An export that was interrupted goes on where it stopped when it is asked for again. A signed receipt is \
            written beside the archive: counts, root digest, and what is missing and why.

            hubfleet home export --from /export/prod/ada --to ada.zip
            hubfleet home export --from /export/prod --user ada --to archives/
            hubfleet home export --from /export/prod --all --to archives/
            hubfleet home export --from /export/prod/ada --to - | ssh elsewhere 'cat > ada.zip'
            """
    )

    @Option(help: "The home directory; with --user or --all, the folder of all homes.", completion: .directory)
    var from: String

    @Option(
        help: ArgumentHelp(
            "The archive to write, a folder for it, or - for standard output. No file is ever replaced.",
            valueName: "file|dir|-"), completion: .file())
    var to: String

    @Option(help: "The folder's name of one user's home.")
    var user: String?

    @Flag(help: "All homes. Folders that begin with _ or . and lost+found are not homes of users.")
    var all = false

    @Option(
        help: """
            The form of the archive; default: as the file is called, else zip. tar keeps holes of sparse files, and names \
            that are not UTF-8.
            """)
    var form: ArchiveFormat?

    @Flag(help: "Compress the files of a ZIP archive. Such an export cannot be continued.")
    var compress = false

    @OptionGroup var receipts: ReceiptOptions
    @OptionGroup var logging: LoggingOptions

    func validate() throws {
        try GivenPaths.check(["--from": from, "--to": to, "--user": user])
        if all, user != nil { throw ValidationError("--all and --user exclude each other") }
        if all, to == "-" { throw ValidationError("--all needs a folder for --to: there is one archive for each user") }
        if all, receipts.receipt != nil {
            throw ValidationError("--receipt names one file, and --all makes one for each home; leave it out")
        }
        if to == "-", receipts.receipt == "-" {
            throw ValidationError("the archive and the receipt would both go to standard output; name a file for one")
        }
        let name = to.lowercased()
        if name.contains(/\.tar\.[a-z0-9]+$/) || [".tgz", ".txz", ".tbz2", ".tzst"].contains(where: name.hasSuffix) {
            throw ValidationError("\(to) would be compressed; use --to - --form tar and pipe it through gzip or zstd")
        }
        if let form, let named = named, form != named {
            throw ValidationError("--form \(form.rawValue) does not fit \(to); leave out one of them")
        }
        if compress, chosenForm != .zip {
            throw ValidationError("--compress is for ZIP archives; pipe a tar through zstd or gzip")
        }
    }

    private var chosenForm: ArchiveFormat { form ?? named ?? .zip }

    /// The form that the file's name says.
    private var named: ArchiveFormat? { ArchiveFormat.allCases.first { to.lowercased().hasSuffix("." + $0.rawValue) } }

    func run(in context: FleetContext) async throws {
        let target = ExportTarget(from: from, to: to, user: user, isAll: all, form: chosenForm, context: context)
        try target.check()
        if all { return try await exportAll(target, in: context) }
        let home = try target.home()
        let archive = target.archive(of: home)
        // What is wrong with the receipt is found out before hours of work.
        let writer = try writer(beside: archive, in: context)
        try target.makeFolder()
        let place = (archive ?? "") + SignedReceipt.suffix
        try writer?.checkFolder(usual: archive.map { $0 + SignedReceipt.suffix })
        if archive != nil { try writer?.check(usual: place) }
        let (receipt, written) = try await export(home, to: archive, writer, in: context)
        try written.map(context.output.show)
        if !receipt.isWhole { throw ExitStatus.failure }
    }

    /// Nil when there is no place for a receipt: beside standard output.
    private func writer(beside archive: String?, in context: FleetContext) throws -> ReceiptWriter? {
        guard to != "-" || receipts.receipt != nil else {
            try receipts.signing.check(in: context)
            return nil
        }
        let files = archive.map { [$0, $0 + ".part", $0 + ".part.state"] } ?? []
        return try receipts.writer(notOver: files, in: context)
    }

    private func export(
        _ home: URL, to archive: String?, _ writer: ReceiptWriter?, in context: FleetContext
    ) async throws -> (receipt: HomeReceipt, written: ReceiptWriter.Written?) {
        var export = HomeExport(of: home.path, owner: home.lastPathComponent.exact, format: chosenForm)
        (export.time, export.user, export.receipts) = (context.time, context.user, writer)
        let name = ByteText.readable(Array(home.lastPathComponent.utf8))
        return try await Interruption.guarded { [export] in
            var progress = ExportProgress(name, context.output)
            defer { progress.finish() }
            do {
                var written: ReceiptWriter.Written?
                let receipt = try export.run(to: archive, isCompressed: compress) { event in
                    if case .signed(let receipt) = event { written = receipt }
                    progress.show(event)
                }
                progress.finish()
                progress.tell(receipt, archive: archive)
                return (receipt, written)
            } catch is CancellationError where !compress && archive != nil {
                progress.stop()
                throw CancellationError()
            }
        }
    }

    private func exportAll(_ target: ExportTarget, in context: FleetContext) async throws {
        let found = try HomeFolders(context.url(from).path)
        LeftOutHomes(found).tell(context.output)
        var export = AllHomesExport(
            from: context.url(from).path, to: context.url(to).path, key: try receipts.signing.signingKey(in: context))
        (export.format, export.isCompressed) = (chosenForm, compress)
        (export.time, export.user) = (context.time, context.user)
        try target.makeFolder()
        let homes = found.userNames.map { AllHomesExport.Home(folder: $0.exact) }
        let (all, canGoOn) = (export, !compress)
        var count = try await Interruption.guarded {
            var progress = AllHomesProgress(context.output, canGoOn: canGoOn)
            defer { progress.finish() }
            do { return try all.run(homes) { progress.show($0) } } catch is CancellationError {
                progress.stop()
                throw CancellationError()
            }
        }
        count.failed += found.users.count - homes.count
        if homes.isEmpty { context.output.message("no homes in \(from)") }
        context.output.message(count.text)
        if !count.isGood { throw ExitStatus.failure }
    }
}
