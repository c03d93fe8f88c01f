import ArgumentParser
import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Provisioning
import Testing

@testable import FleetCommands

/// `ci init` writes into a repository that holds other things, and says what is left to do.
@Suite(.tags(.medium))
struct CIInitCommandTests {
    private static let digest = String(repeating: "ab", count: 32)
    private static let arguments = ["--program", "https://example.org/hubfleet-0.1.0", "--sha256", digest]

    private func sample(_ files: [String: String] = [:]) throws -> CommandCase {
        CommandCase(folder: try TemporaryFolder().write(["fleet.yaml": "", ".git/HEAD": ""]).write(files))
    }

    private func run(_ sample: CommandCase, _ platform: String, _ more: String...) async throws {
        try await sample.run(["ci", "init", platform] + Self.arguments + more)
    }

    @Test func writesTheWorkflowOfGitHub() async throws {
        let sample = try sample()
        try await run(sample, "github")
        let file = ".github/workflows/hubfleet.yml"
        #expect(sample.output.results == "\(sample.folder.path)/\(file)")
        let text = try sample.folder.read(file)
        #expect(text.contains("PROGRAM: \"https://example.org/hubfleet-0.1.0\"\n"))
        #expect(text.contains("DIGEST: \"\(Self.digest)\"\n") && text.contains("FLEET: \".\"\n"))
        #expect(!text.contains(/@[A-Z]+@/))
        #expect(YAMLReader.read(text, file: file).findings == [])
        #expect(sample.output.messages.contains { $0.contains("the workflow needs no secret") })
        // The same once more changes nothing.
        let again = CommandCase(folder: sample.folder)
        try await run(again, "github")
        #expect(again.output.results == "")
        #expect(again.output.messages.first?.hasSuffix("\(file) is there already, just so.") == true)
    }

    @Test func writesTheWorkflowOfGitLab() async throws {
        let sample = try sample()
        try await run(sample, "gitlab")
        #expect(try sample.folder.read(".gitlab-ci.yml") == "include:\n  - local: /.gitlab/hubfleet.yml\n")
        #expect(try sample.folder.read(".gitlab/hubfleet.yml").contains("DIGEST: \"\(Self.digest)\"\n"))
        #expect(!sample.output.messages.contains { $0.contains("add to .gitlab-ci.yml") })
        #expect(sample.output.messages.contains { $0.contains("for the environment hubfleet-comment alone") })
    }

    /// What somebody has for GitLab stays, and the line that it needs is named.
    @Test func leavesTheStartOfGitLabAlone() async throws {
        let own = "build:\n  script: [make]\n"
        let sample = try sample([".gitlab-ci.yml": own])
        try await run(sample, "gitlab")
        #expect(try sample.folder.read(".gitlab-ci.yml") == own)
        #expect(sample.output.results == "\(sample.folder.path)/.gitlab/hubfleet.yml")
        #expect(sample.output.messages.contains { $0.contains("add to .gitlab-ci.yml: `include: [{local:") })
        try sample.folder.write([".gitlab-ci.yml": "include: [{local: /.gitlab/hubfleet.yml}]\n" + own])
        let again = CommandCase(folder: sample.folder)
        try await run(again, "gitlab", "--overwrite")
        #expect(!again.output.messages.contains { $0.contains("add to .gitlab-ci.yml") })
    }

    @Test func refusesToReplaceWhatDiffers() async throws {
        let file = ".github/workflows/hubfleet.yml"
        let sample = try sample([file: "mine\n"])
        let error = await #expect(throws: FileSetError.differs(paths: [file], folder: sample.folder.path)) {
            try await run(sample, "github")
        }
        #expect(error?.description.contains("--overwrite") == true)
        #expect(try sample.folder.read(file) == "mine\n")
        try await run(sample, "github", "--overwrite")
        #expect(try sample.folder.read(file).hasPrefix("# What a change request does"))
    }

    /// The workflow belongs to the top of the repository, wherever in it the fleet lies.
    @Test func aFleetBelowTheTopIsNamed() async throws {
        let folder = try TemporaryFolder().write([".git/HEAD": "", "fleets/one/fleet.yaml": ""])
        let sample = CommandCase(folder: folder)
        try await run(sample, "github", "-C", "fleets/one")
        #expect(try folder.read(".github/workflows/hubfleet.yml").contains("FLEET: \"fleets/one\"\n"))
        try folder.write(["a b/fleet.yaml": ""])
        let error = await #expect(throws: ChangeRequestError.noFolder("a b")) {
            try await run(sample, "github", "-C", "a b")
        }
        #expect(error?.description.contains("cannot stand in a workflow") == true)
    }

    @Test func saysWhereThereIsNoRepository() async throws {
        let sample = CommandCase(folder: try TemporaryFolder().write(["fleet.yaml": ""]))
        try await run(sample, "github")
        #expect(sample.output.messages.contains { $0.hasPrefix("There is no git repository around") })
    }

    /// A fleet of somebody else cannot have files written outside of it.
    @Test(arguments: [".github", ".github/workflows", ".github/workflows/hubfleet.yml"])
    func writesThroughNoLink(_ link: String) async throws {
        let outside = try TemporaryFolder()
        let sample = try sample()
        let place = URL(filePath: "\(sample.folder.path)/\(link)")
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: place.path, withDestinationPath: outside.path + (link.hasSuffix("yml") ? "/new.yml" : ""))
        await #expect(throws: FileSetError.self) { try await run(sample, "github") }
        try? await run(sample, "github", "--overwrite")
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside.path) == [])
    }

    /// Without `--sha256` it is the digest of the program that runs.
    @Test func pinsTheProgramThatRuns() async throws {
        let sample = try sample(["program": "abc"])
        var context = sample.context
        let arguments = ["ci", "init", "github", "--program", "https://example.org/hubfleet"]
        let command = try CommandCase.command(arguments)
        await #expect(throws: ValidationError.self) { try await command.run(in: context) }
        context.doors.program = sample.folder.path + "/program"
        try await command.run(in: context)
        // As sha256sum says of "abc".
        let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(try sample.folder.read(".github/workflows/hubfleet.yml").contains("DIGEST: \"\(digest)\""))
    }

    @Test(arguments: [
        "http://example.org/x", "https://example.org/${{ secrets.X }}", "https://example.org/$HOME", "https://",
        "https://example.org/\"\nrun: x", "https://example.org/a b", "file:///etc/passwd",
    ])
    func refusesWhatIsNoPlainAddress(_ address: String) async throws {
        let sample = try sample()
        await #expect(throws: ChangeRequestError.noAddress(address)) {
            try await sample.run(["ci", "init", "github", "--program", address, "--sha256", Self.digest])
        }
        #expect(!sample.folder.exists(".github"))
    }

    @Test(arguments: ["", "abc", String(repeating: "G", count: 64), String(repeating: "a", count: 63) + "\n"])
    func refusesWhatIsNoDigest(_ digest: String) async throws {
        let sample = try sample()
        await #expect(throws: (any Error).self) {
            try await sample.run(["ci", "init", "github", "--program", "https://example.org/x", "--sha256", digest])
        }
        #expect(!sample.folder.exists(".github"))
    }

    @Test func aPlatformThatIsUnknownIsWrongUsage() {
        let error = #expect(throws: (any Error).self) {
            try HubfleetCommand.parseAsRoot(["ci", "init", "forge"] + Self.arguments)
        }
        #expect(error.map { HubfleetCommand.exitCode(for: $0) } == .validationFailure)
    }
}
