import ArgumentParser
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
        help: ArgumentHelp("Where a signed receipt of what was found is written.", valueName: "file"),
        completion: .file())
    var writeReceipt: String?

    @OptionGroup var signing: SigningOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var logging: LoggingOptions

    func validate() throws {
        if publicKey != nil, receipt == nil { throw ValidationError("--public-key needs --receipt") }
        if signing.key != nil, writeReceipt == nil { throw ValidationError("--key needs --write-receipt") }
    }

    func run() async throws { try await run(in: .real(logging: logging)) }

    func run(in context: FleetContext) async throws {
        try signing.check(in: context)
        let (archive, path) = (context.url(archive), path.map { context.url($0).path })
        let size = (try? FileManager.default.attributesOfItem(atPath: archive.path))?[.size] as? Int64
        let meter = ProgressMeter(
            output: context.output, ProgressFacts(title: "Checking \(archive.lastPathComponent)", totalBytes: size))
        let found = try await Interruption.guarded {
            defer { meter.finish() }
            var found = try HomeVerification(archive.path) { meter.add(bytes: Int64($0)) }
            if let path { try found.compare(with: path) }
            return found
        }
        let receiptFaults = try receiptFaults(found, in: context)
        let report = Report(found, receiptFaults, archive: archive.lastPathComponent, folder: path)
        if let writeReceipt { try signing.write(report, to: context.url(writeReceipt).path, in: context) }
        try output.print(report, in: context) { report.text }
        if !report.faults.isEmpty { throw ExitStatus.failure }
    }

    /// What the receipt says that is not so.
    private func receiptFaults(_ found: HomeVerification, in context: FleetContext) throws -> [HomeVerification.Fault] {
        guard let receipt else { return [] }
        let file = context.url(receipt).path
        let signed = try SignedReceipt(file: file)
        func fault(_ what: String) -> [HomeVerification.Fault] { [HomeVerification.Fault(path: file, what: what)] }
        let isTrusted = try publicKey.map { try signed.isSigned(byKeyIn: context.url($0).path) } ?? true
        guard isTrusted else { return fault("it is not signed by that key") }
        guard let said = signed.receipt else { return fault("it is no receipt of one home") }
        return said.root == found.root ? [] : fault("it speaks of another archive, with root \(said.root)")
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
        let finished = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))

        init(
            _ found: HomeVerification, _ more: [HomeVerification.Fault], archive: String, folder: String?
        ) {
            self.archive = archive
            self.folder = folder
            owner = found.owner
            verified = found.verified
            bytes = found.bytes
            root = found.root
            faults = (found.faults + more).map { Entry(path: $0.path, what: $0.what) }
            known = found.known.map { Entry(path: $0.path, what: $0.what) }
        }

        var text: String {
            let lines =
                faults.map { "\($0.path): \($0.what)" } + known.map { "\($0.path): \($0.what), says the manifest" }
            let verdict = faults.isEmpty ? "all well" : "\(faults.count) not as it should be"
            return (lines + ["\(verified) files and links, \(bytes) bytes, root \(root): \(verdict)"]).joined(
                separator: "\n")
        }
    }
}
