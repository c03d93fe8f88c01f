import ArgumentParser
import FleetModel
import FleetTools
import Foundation
import Homes

/// `hubfleet home verify ARCHIVE [PATH]`
struct HomeVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every file of an archive against its digest, and against a folder.",
        discussion: """
            Exit code 1 means that something is missing, damaged or was changed since the archive was made, or that the \
            folder is not what was archived.

            hubfleet home verify ada.zip
            hubfleet home verify ada.zip /export/prod/ada
            hubfleet home verify ada.zip --receipt ada.zip.receipt.json --public-key operator.pub
            hubfleet home verify ada.zip --write-receipt ada.verified.json
            """
    )

    @Argument(help: "The archive.", completion: .file())
    var archive: String

    @Argument(help: "The home to compare it with.", completion: .directory)
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
        if publicKey != nil, receipt == nil { throw ValidationError("--public-key needs --receipt") }
        if signing.key != nil, writeReceipt == nil { throw ValidationError("--key needs --write-receipt") }
        try output.check(besides: writeReceipt)
    }

    func run() async throws { try await run(in: .real(logging: logging)) }

    func run(in context: FleetContext) async throws {
        let (archive, path) = (context.url(archive), path.map { context.url($0).path })
        let writer = try writer(in: context)
        let given = try receipt.map {
            try GivenReceipt(context.url($0).path, publicKey: publicKey.map { context.url($0).path })
        }
        let size = (try? FileManager.default.attributesOfItem(atPath: archive.path))?[.size] as? Int64
        let meter = ProgressMeter(
            output: context.output, ProgressFacts(title: "Checking \(archive.lastPathComponent)", totalBytes: size))
        let found = try await Interruption.guarded {
            defer { meter.finish() }
            var found = try HomeVerification(archive.path) { meter.add(bytes: Int64($0)) }
            if let path { try found.compare(with: path) }
            return found
        }
        let report = Report(found, given, archive: archive.lastPathComponent, folder: path)
        try writer?.write(report, to: "")
        try output.print(report, besides: writeReceipt, in: context) { report.text }
        if !report.faults.isEmpty { throw ExitStatus.failure }
    }

    private func writer(in context: FleetContext) throws -> ReceiptWriter? {
        guard let writeReceipt else { return nil }
        // The receipt that is checked is kept.
        let writer = try signing.writer(
            writeReceipt, notOver: [receipt].compactMap { $0.map { context.url($0).path } }, in: context)
        try writer.checkFolder()
        return writer
    }

    private struct Report: Encodable {
        struct Entry: Encodable { let path, what: String }

        let kind = "verify"
        /// The name of its file.
        let archive: String
        /// What it was compared with.
        let folder: String?
        let owner: String
        let verified: Int
        let bytes: UInt64
        let root: String
        let faults: [Entry]
        let known: [Entry]
        /// Of the receipt that it was compared with.
        let receiptSignature: GivenReceipt.Signature?
        let finished = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))

        init(_ found: HomeVerification, _ given: GivenReceipt?, archive: String, folder: String?) {
            self.archive = archive
            self.folder = folder
            owner = found.owner
            verified = found.verified
            bytes = found.bytes
            root = found.root
            faults = (found.faults + (given?.faults(found) ?? [])).map { Entry(path: $0.path, what: $0.what) }
            receiptSignature = given?.signature
            known = found.known.map { Entry(path: $0.path, what: $0.what) }
        }

        var text: String {
            let lines =
                faults.map { "\($0.path.printable): \($0.what.printable)" }
                + known.map { "\($0.path.printable): \(HomeProblem.explanation(of: $0.what)), says the manifest" }
                + (receiptSignature.map { [$0.text] } ?? [])
            let verdict = faults.isEmpty ? "all well" : "\(faults.count) not as it should be"
            return (lines + ["\(verified) files and links, \(bytes) bytes, root \(root): \(verdict)"]).joined(
                separator: "\n")
        }
    }
}
