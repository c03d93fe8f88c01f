import ArgumentParser
import FleetTools
import Foundation
import Homes

/// `hubfleet home export --from PATH --to FILE`
struct HomeExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the archive of one home directory.",
        discussion: """
            The archive is a ZIP file, stored and not compressed: every folder, file and link with hidden ones, modes and \
            times, and MANIFEST.json with the SHA-256 of each file. Links are kept as links and never followed. What \
            cannot be read is listed and left out.

            hubfleet home export --from /export/prod/ada --to ada.zip
            hubfleet home export --from /export/prod/ada --to - | ssh elsewhere 'cat > ada.zip'
            """
    )

    @Option(help: "The home directory.", completion: .directory)
    var from: String

    @Option(
        help: "The archive to write, or - for standard output. An existing file is never replaced.", completion: .file()
    )
    var to: String

    @Option(help: "Whose home it is; default: the folder's name.")
    var user: String?

    @OptionGroup var logging: LoggingOptions

    func run() async throws { try await run(in: .real(logging: logging)) }

    func run(in context: FleetContext) async throws {
        let base = URL(filePath: context.currentDirectory, directoryHint: .isDirectory)
        let home = URL(filePath: from, directoryHint: .isDirectory, relativeTo: base).standardizedFileURL.path
        let owner = user ?? URL(filePath: home).lastPathComponent
        let target = to == "-" ? nil : URL(filePath: to, relativeTo: base).standardizedFileURL.path
        let (result, length) = try await Interruption.guarded {
            let archive = HomeArchive(try HomeScan(of: home), owner: owner)
            let export = try HomeExport(archive, of: home)
            guard let target else { return (try export.run(ArchiveFile.standardOutput.write), archive.layout.length) }
            return (try ArchiveFile.writing(target) { try export.run($0.write) }, archive.layout.length)
        }
        for problem in result.problems { context.output.message("\(problem.shownPath): \(problem.explanation)") }
        context.output.message(
            "\(result.files) files, \(result.bytes) bytes, archive \(length) bytes, root \(result.root)"
                + (result.problems.isEmpty ? "" : ", \(result.problems.count) not as in the home"))
    }
}
