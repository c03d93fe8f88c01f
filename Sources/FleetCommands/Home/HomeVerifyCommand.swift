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
        let folder = try ArchiveFolder(ifFolder: context.url(archive).path)
        if folder == nil, publicKey != nil, receipt == nil { throw Refusal.keyNeedsReceipt }
        if folder != nil, receipt != nil { throw Refusal.receiptOfFolder }
        let writer = try writer(in: context)
        guard let folder else {
            let report = try await report(in: context)
            try writer.map { try context.output.show($0.write(report, usual: "")) }
            try output.print(report, besides: writeReceipt, in: context) { report.text }
            if !report.faults.isEmpty { throw ExitStatus.failure }
            return
        }
        let reports = try await reports(of: folder, in: context)
        try writer.map { try context.output.show($0.write(reports, usual: "")) }
        try output.print(reports, besides: writeReceipt, in: context) { reports.text }
        if !reports.isGood { throw ExitStatus.failure }
    }

    private func report(in context: FleetContext) async throws -> VerifyReport {
        var verification = ArchiveVerification(context.url(archive).path)
        verification.time = context.time
        verification.receipt = receipt.map { context.url($0).path }
        verification.publicKey = publicKey.map { context.url($0).path }
        verification.home = path.map { context.url($0).path }
        return try await watched(context) { [verification] tell in try verification.run(tell) }
    }

    private func reports(of folder: ArchiveFolder, in context: FleetContext) async throws -> VerifyReports {
        context.output.tellPassedOver(folder)
        var verification = AllHomesVerification(folder)
        verification.time = context.time
        verification.publicKey = publicKey.map { context.url($0).path }
        verification.homes = path.map { context.url($0).path }
        return try await watched(context) { [verification] tell in try verification.run(tell) }
    }

    /// What an operation answers, which shows how far it is and can be interrupted.
    private func watched<Answer: Sendable>(
        _ context: FleetContext, _ work: @escaping @Sendable (@escaping (VerifyEvent) -> Void) throws -> Answer
    ) async throws -> Answer {
        try await Interruption.guarded {
            var progress = VerifyProgress(context.output)
            defer { progress.finish() }
            return try work { progress.show($0) }
        }
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
