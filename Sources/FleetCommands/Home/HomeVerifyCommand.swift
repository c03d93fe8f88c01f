import ArgumentParser
import FleetModel
import FleetTools
import Foundation
import Homes

/// `hubfleet home verify ARCHIVE [PATH]`
struct HomeVerifyCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every file of an archive against its digest, and against a folder.",
        discussion: """
            Exit code 1 means that something is missing, damaged or was changed since the archive was made, or that the \
            folder is not what was archived. Of a folder of archives, each is checked, with the receipt beside it.

            hubfleet home verify ada.zip
            hubfleet home verify ada.zip /export/prod/ada
            hubfleet home verify ada.zip --receipt ada.zip.receipt.json --public-key operator.pub
            hubfleet home verify ada.zip --write-receipt ada.verified.json
            hubfleet home verify archives/ --public-key operator.pub
            """
    )

    @Argument(help: "The archive, or a folder of archives that are named after their users.", completion: .file())
    var archive: String

    @Argument(
        help: "The home to compare it with; for a folder of archives, the folder of all homes.", completion: .directory)
    var path: String?

    @Option(help: "The receipt of the archive, which must speak of the same.", completion: .file())
    var receipt: String?

    @Option(help: "The public key of whom the receipt must be signed by, in PEM.", completion: .file())
    var publicKey: String?

    @Option(
        help: ArgumentHelp(
            "Where a signed receipt of what was found is written, - for standard output.", valueName: "file"),
        completion: .file())
    var writeReceipt: String?

    @OptionGroup var signing: SigningOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var logging: LoggingOptions

    func validate() throws {
        try GivenPaths.check([
            "the archive": archive, "the home": path, "--receipt": receipt, "--public-key": publicKey,
            "--write-receipt": writeReceipt,
        ])
        if signing.key != nil, writeReceipt == nil { throw ValidationError("--key needs --write-receipt") }
        try output.check(besides: writeReceipt)
    }

    func run(in context: FleetContext) async throws {
        let folder = try ArchiveFolder(ifFolder: context.url(archive))
        if folder == nil, publicKey != nil, receipt == nil { throw Refusal("--public-key needs --receipt") }
        if folder != nil, receipt != nil {
            throw Refusal("--receipt is for one archive; those beside the archives of a folder are read anyway")
        }
        let writer = try writer(in: context)
        guard let folder else {
            let report = try await verify(
                context.url(archive), receipt: receipt.map { context.url($0) }, home: path.map { context.url($0) },
                in: context)
            try writer?.write(report, to: "")
            try output.print(report, besides: writeReceipt, in: context) { report.text }
            if !report.faults.isEmpty { throw ExitStatus.failure }
            return
        }
        let reports = try await verify(folder, in: context)
        try writer?.write(reports, to: "")
        try output.print(reports, besides: writeReceipt, in: context) { reports.text }
        if !reports.isGood { throw ExitStatus.failure }
    }

    /// Each with the receipt beside it and, when there is a folder of homes, with that of its user.
    private func verify(_ folder: ArchiveFolder, in context: FleetContext) async throws -> VerifyReports {
        folder.tell(in: context)
        var reports = VerifyReports()
        if let path { reports.missing(folder, homes: try HomeFolders(context.url(path).path)) }
        for item in folder.archives {
            let archive = context.url(archive).appending(path: item.file)
            let receipt = URL(filePath: archive.path + ".receipt.json")
            let isThere = FileManager.default.fileExists(atPath: receipt.path)
            do {
                let report = try await verify(
                    archive, receipt: isThere || publicKey != nil ? receipt : nil,
                    home: path.map { context.url($0).appending(path: item.user) }, in: context)
                if report.owner != item.user {
                    context.output.message(
                        "\(item.file.printable): the archive says that it is the home of \(report.owner.printable)")
                }
                reports.add(report)
            } catch let error where !(error is CancellationError) && !(error is ExitCode) {
                reports.fail(item.file, "\(error)")
            }
        }
        return reports
    }

    private func verify(
        _ archive: URL, receipt: URL?, home: URL?, in context: FleetContext
    ) async throws -> VerifyReport {
        let given = try receipt.map {
            try GivenReceipt($0.path, publicKey: publicKey.map { context.url($0).path })
        }
        let size = (try? FileManager.default.attributesOfItem(atPath: archive.path))?[.size] as? Int64
        let meter = ProgressMeter(
            output: context.output, ProgressFacts(title: "Checking \(archive.lastPathComponent)", totalBytes: size))
        let found = try await Interruption.guarded {
            defer { meter.finish() }
            var found = try HomeVerification(archive.path) { meter.add(bytes: Int64($0)) }
            if let home { try found.compare(with: home.path) }
            return found
        }
        return VerifyReport(found, given, archive: archive.lastPathComponent, folder: home?.path)
    }

    private func writer(in context: FleetContext) throws -> ReceiptWriter? {
        guard let writeReceipt else { return nil }
        // The receipt that is checked is kept.
        let writer = try signing.writer(
            writeReceipt, notOver: [receipt].compactMap { $0.map { context.url($0).path } }, in: context)
        try writer.checkFolder()
        return writer
    }
}
