import ArgumentParser
import FleetTools
import Foundation
import Homes

/// `hubfleet home verify ARCHIVE`
struct HomeVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every file of an archive against its digest.",
        discussion: """
            Exit code 1 means that something is missing, damaged or was changed since the archive was made.

            hubfleet home verify ada.zip
            """
    )

    @Argument(help: "The archive.", completion: .file())
    var archive: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var logging: LoggingOptions

    func run() async throws { try await run(in: .real(logging: logging)) }

    func run(in context: FleetContext) async throws {
        let base = URL(filePath: context.currentDirectory, directoryHint: .isDirectory)
        let found = try HomeVerification(URL(filePath: archive, relativeTo: base).standardizedFileURL.path)
        let report = Report(found)
        try output.print(report, in: context) { report.text }
        if !found.faults.isEmpty { throw ExitStatus.failure }
    }

    private struct Report: Encodable {
        struct Entry: Encodable { let path, what: String }

        let verified: Int
        let bytes: UInt64
        let root: String
        let faults: [Entry]
        let known: [Entry]

        init(_ found: HomeVerification) {
            verified = found.verified
            bytes = found.bytes
            root = found.root
            faults = found.faults.map { Entry(path: $0.path, what: $0.what) }
            known = found.known.map { Entry(path: $0.path, what: $0.what) }
        }

        var text: String {
            let lines =
                faults.map { "\($0.path): \($0.what)" } + known.map { "\($0.path): \($0.what), says the manifest" }
            let verdict = faults.isEmpty ? "all well" : "\(faults.count) not as it was archived"
            return (lines + ["\(verified) files and links, \(bytes) bytes, root \(root): \(verdict)"]).joined(
                separator: "\n")
        }
    }
}
