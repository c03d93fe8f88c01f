import ArgumentParser
import FleetModel
import FleetTools
import Foundation
import Homes

extension ArchiveFormat: ExpressibleByArgument {}

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
        try checkPlace(in: context)
        let homes = try chosenHomes(in: context)
        var count = ExportCount(failed: homes.leftOut)
        // What is wrong with the receipt is found out before hours of work.
        let writer = try writer(homes.folders, in: context)
        try makeFolder(in: context)
        for home in homes.folders {
            do {
                try writer?.checkFolder(usual: target(for: home, in: context).map { $0 + Self.receiptSuffix })
                if all, let receipt = present(home, in: context) {
                    count.pass(receipt)
                    let state = "of \(receipt.taken.ISO8601Format())\(receipt.isWhole ? "" : ", and not whole")"
                    context.output.message(
                        "\((target(for: home, in: context) ?? "").printable): it is there already, \(state)")
                } else {
                    count.add(try await export(home, writer, in: context))
                }
            } catch let error where all && !(error is CancellationError) && !(error is ExitCode) {
                count.failed += 1
                context.output.message("\(Self.name(of: home)): \("\(error)".printable)")
            }
        }
        if homes.folders.isEmpty { context.output.message("no homes in \(from)") }
        if all { context.output.message(count.text) }
        if count.failed + count.incomplete > 0 { throw ExitStatus.failure }
    }

    /// The receipt of an archive that was made before; nil when there is none that fits.
    private func present(_ home: URL, in context: FleetContext) -> HomeReceipt? {
        guard let target = target(for: home, in: context),
            let size = (try? FileManager.default.attributesOfItem(atPath: target))?[.size] as? UInt64,
            let receipt = try? SignedReceipt(file: target + Self.receiptSuffix).receipt,
            receipt.owner == home.lastPathComponent, receipt.format == chosenForm, receipt.length == size
        else { return nil }
        return receipt
    }

    private func export(
        _ home: URL, _ writer: ReceiptWriter?, in context: FleetContext
    ) async throws -> HomeReceipt {
        let target = target(for: home, in: context)
        if let target { try writer?.check(usual: target + Self.receiptSuffix) }
        let task = ExportTask(home: home, target: target, form: chosenForm, compress: compress, output: context.output)
        let receipt = try await Interruption.guarded { try task.run() }
        tell(receipt, target, in: context)
        try writer?.write(receipt, to: (target ?? "") + Self.receiptSuffix)
        return receipt
    }

    /// Archives between the homes would be taken for homes, by this and by all other programs.
    private func checkPlace(in context: FleetContext) throws {
        guard all || user != nil, to != "-" else { return }
        let (homes, place) = (RealPath.of(context.url(from).path), RealPath.of(context.url(to).path))
        // A home can hold archives of others: only what lies between the homes is taken for one.
        let isNewThere = URL(filePath: place).deletingLastPathComponent().path == homes && !isFolder(place)
        let isAmong = all ? RealPath.isIn(place, homes) : place == homes || isNewThere
        guard isAmong else { return }
        throw Refusal("\(to) would be among the homes of \(from); name a folder elsewhere")
    }

    private static let receiptSuffix = ".receipt.json"

    /// Of a folder or a file, for people.
    static func name(of url: URL) -> String { ByteText.readable(Array(url.lastPathComponent.utf8)) }

    /// Nil when there is no place for a receipt: beside standard output.
    private func writer(_ homes: [URL], in context: FleetContext) throws -> ReceiptWriter? {
        guard to != "-" || receipts.receipt != nil else {
            try receipts.signing.check(in: context)
            return nil
        }
        let targets = homes.compactMap { target(for: $0, in: context) }
        return try receipts.writer(notOver: targets.flatMap { [$0, $0 + ".part", $0 + ".part.state"] }, in: context)
    }

    /// The folders to archive, and how many cannot be.
    private func chosenHomes(in context: FleetContext) throws -> (folders: [URL], leftOut: Int) {
        let folder = context.url(from)
        if let user {
            guard FolderScheme.plain.folderName(for: user) != nil else {
                throw Refusal("\"\(user)\" is no name of a folder")
            }
            return ([folder.appending(path: user, directoryHint: .isDirectory)], 0)
        }
        guard all else { return ([folder], 0) }
        let found = try HomeFolders(folder.path)
        for name in found.shared.map(ByteText.readable) {
            context.output.message("\(name): shared, so it is nobody's home")
        }
        for name in found.links.map(ByteText.readable) {
            context.output.message("\(name): a link to a folder, so it was left out; name where it leads with --from")
        }
        let names = found.users.map { (bytes: $0, text: String(validating: $0, as: UTF8.self)) }
        for name in names where name.text == nil {
            context.output.message(
                "\(ByteText.readable(name.bytes)): its name is not UTF-8, so it was left out; rename it")
        }
        let folders = names.compactMap(\.text).map { folder.appending(path: $0, directoryHint: .isDirectory) }
        return (folders, names.count - folders.count)
    }

    private func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// Makes the folder for archives. One that is there keeps its mode.
    private func makeFolder(in context: FleetContext) throws {
        let path = context.url(to).path
        guard to != "-", all || to.hasSuffix("/"), !isFolder(path) else { return }
        try FileWriting.makeFolder(path, permissions: all ? 0o700 : 0o755)
    }

    /// Nil for standard output.
    private func target(for home: URL, in context: FleetContext) -> String? {
        guard to != "-" else { return nil }
        let url = context.url(to)
        guard all || to.hasSuffix("/") || isFolder(url.path) else { return url.path }
        return url.appending(path: "\(home.lastPathComponent).\(chosenForm.rawValue)").path
    }

    private func tell(_ receipt: HomeReceipt, _ target: String?, in context: FleetContext) {
        for exception in receipt.exceptions { context.output.message("\(exception.path): \(exception.explanation)") }
        if receipt.exceptionCount > receipt.exceptions.count {
            context.output.message(
                "and \(receipt.exceptionCount - receipt.exceptions.count) more; MANIFEST.json has all")
        }
        let name = target.map { URL(filePath: $0).lastPathComponent } ?? receipt.owner
        context.output.message("\(ByteText.readable(Array(name.utf8))): \(receipt.summary)")
    }
}
