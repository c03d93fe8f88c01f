import ArgumentParser
import FleetModel
import FleetTools
import Foundation
import Provisioning
import Releases
import Texts

/// `hubfleet ci init github|gitlab`
struct CIInitCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write the workflow for change requests into the fleet's repository.",
        discussion: """
            For each change request the workflow validates the fleet, plans the change, compares what is rendered, and says \
            so in one comment, which is updated in place. It uses no secret: encrypted files stay closed, and the plan \
            says what it could not judge. So it is safe for change requests of strangers.

            The program that it installs is a file of a release, named by its address. It is taken only with the right \
            SHA-256: that of the program that you are running, unless --sha256 names another one.

            hubfleet ci init github --program https://github.com/OWNER/NAME/releases/download/v0.1.0/hubfleet-0.1.0-linux-x86_64
            hubfleet ci init gitlab --program https://example.org/hubfleet --sha256 DIGEST

            Files that are there and differ are left alone, and the status is 1; --overwrite replaces them.
            """
    )

    @Argument(help: "Where change requests are made: github or gitlab.")
    var platform: ChangeRequestWorkflow.Platform

    @Option(help: ArgumentHelp("Where the workflow downloads hubfleet for Linux from, by https.", valueName: "url"))
    var program: String

    @Option(help: ArgumentHelp("The SHA-256 of that file; default: that of this program.", valueName: "digest"))
    var sha256: String?

    @Flag(help: "Replace files that are there and differ.")
    var overwrite = false

    @OptionGroup var fleet: FleetOptions
    @OptionGroup var logging: LoggingOptions

    func validate() throws { try GivenPaths.check(["--program": program, "--sha256": sha256]) }

    func run(in context: FleetContext) async throws {
        let folder = try fleet.folder(in: context)
        let repository = RepositoryTop(of: folder.root)
        let program = try ChangeRequestWorkflow.Program(address: program, digest: sha256 ?? ownDigest(in: context))
        let workflow = try ChangeRequestWorkflow(
            for: platform, program: program, fleet: repository.folder, in: WorkingTree(repository.path))
        let outcome = try await workflow.write(overwrites: overwrite)
        for file in outcome.written { try context.output.result("\(repository.path)/\(file)") }
        for file in outcome.unchanged {
            context.output.message("\(repository.path)/\(file) is there already, just so.")
        }
        if !repository.isKnown {
            context.output.message(
                "There is no git repository around \(folder.root) yet; this folder must be the top of it.")
        }
        if sha256 == nil, Version.current.hasSuffix("-dev") {
            context.output.message("This program is \(Version.current) and no release: upload this very file.")
        }
        context.output.message("Now:")
        for step in outcome.next { context.output.message("- \(step)") }
    }

    /// The digest of the program that runs.
    /// - Throws: `ValidationError` where it is none for the machines that run workflows.
    private func ownDigest(in context: FleetContext) throws -> String {
        #if os(Linux) && arch(x86_64)
            guard let own = context.program, let bytes = FileManager.default.contents(atPath: own) else {
                throw ValidationError("the file of this program cannot be read; name the digest with --sha256")
            }
            return ContentDigest(of: Array(bytes)).description
        #else
            throw ValidationError("workflows run on Linux on x86_64, and this program does not; give --sha256")
        #endif
    }
}

extension ChangeRequestWorkflow.Platform: ExpressibleByArgument {}

/// The top of the git repository that a fleet lies in.
private struct RepositoryTop {
    let path: String
    /// The folder of the fleet from there; empty for the top itself.
    let folder: String
    /// Whether there is a repository.
    let isKnown: Bool

    /// The nearest folder upwards that has git's own folder, or the file that stands for it.
    init(of fleet: String) {
        var parts = fleet.exact.split(at: "/").map(\.text).filter { !$0.isEmpty }
        var below: [String] = []
        while true {
            let place = "/" + parts.joined(separator: "/")
            if FileManager.default.fileExists(atPath: place + "/.git") {
                (path, folder, isKnown) = (place, below.joined(separator: "/"), true)
                return
            }
            guard let last = parts.popLast() else { break }
            below.insert(last, at: 0)
        }
        (path, folder, isKnown) = (fleet, "", false)
    }
}
