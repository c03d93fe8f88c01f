import BuiltIn
import FleetModel
import FleetTools
import Texts

/// The workflow that a platform runs for each change request of a fleet: checks, the plan, what differs in rendered objects,
/// and one comment. It is given no secret of the fleet.
package struct ChangeRequestWorkflow: Sendable {
    /// Where change requests are made.
    package enum Platform: String, Sendable, CaseIterable {
        case github, gitlab

        /// The path of the workflow from the top of the repository.
        var file: String {
            switch self {
            case .github: ".github/workflows/hubfleet.yml"
            case .gitlab: ".gitlab/hubfleet.yml"
            }
        }
    }

    /// The program that the workflow installs.
    package struct Program: Sendable, Equatable {
        /// Where it is downloaded from; begins with `https://`.
        let address: String
        /// SHA-256 of its bytes, 64 hexadecimal digits.
        let digest: String

        /// - Throws: `ChangeRequestError` for what is no address or no digest.
        package init(address: String, digest: String) throws(ChangeRequestError) {
            guard address.utf8.starts(with: "https://".utf8), address.utf8.count > 8,
                address.utf8.allSatisfy(ChangeRequestWorkflow.isPlain)
            else { throw .noAddress(address) }
            guard digest.utf8.count == 64, digest.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) }) else {
                throw .noDigest(digest)
            }
            (self.address, self.digest) = (address, digest)
        }
    }

    /// The file from which GitLab starts.
    private static let start = ".gitlab-ci.yml"

    private let platform: Platform
    private let program: Program
    /// The folder of the fleet, from the top of its repository.
    private let folder: String
    private let repository: WorkingTree

    /// - Parameters:
    ///   - platform: where change requests are made.
    ///   - program: what the workflow installs.
    ///   - folder: the fleet's, from the top of the repository; empty for the top itself.
    ///   - repository: the top of the repository.
    /// - Throws: `ChangeRequestError` for a folder whose name cannot stand in a workflow.
    package init(
        for platform: Platform, program: Program, fleet folder: String, in repository: WorkingTree
    ) throws(ChangeRequestError) {
        guard folder.utf8.allSatisfy(Self.isPlain), folder.utf8.first != UInt8(ascii: "-") else {
            throw .noFolder(folder)
        }
        (self.platform, self.program, self.repository) = (platform, program, repository)
        self.folder = folder.isEmpty ? "." : folder
    }

    /// What became of the files.
    package struct Outcome: Sendable, Equatable {
        /// The paths of those that were written, from the top of the repository.
        package let written: [String]
        /// Those that were there already, just so.
        package let unchanged: [String]
        /// What people have to do.
        package let next: [String]
    }

    /// Writes the workflow into the repository.
    ///
    /// - Parameter overwrites: whether a file that is there and differs is replaced.
    /// - Returns: what became of the files.
    /// - Throws: `FileSetError.differs`, then nothing was written; `FileSetError.leadsOut` or `FileError`.
    package func write(overwrites: Bool) async throws -> Outcome {
        var texts = [platform.file: text(of: platform.rawValue)]
        let starts = await repository.contents(Self.start).map { String(decoding: $0, as: UTF8.self) }
        let hasStart = repository.isLink(Self.start) || repository.kind(Self.start) != .missing
        if platform == .gitlab, !hasStart { texts[Self.start] = text(of: "gitlab-ci") }
        let outcome = try await FileSet(texts: texts).add(to: repository, overwrites: overwrites)
        let isIncluded = !hasStart || starts?.contains(Platform.gitlab.file) == true
        return Outcome(
            written: outcome.written, unchanged: outcome.unchanged, next: steps(includesWorkflow: isIncluded))
    }

    private func text(of template: String) -> String {
        let texts = BuiltInFiles.texts(below: "change-requests/")
        return (texts["\(template).yml"] ?? "").replacing("@FLEET@", with: folder)
            .replacing("@PROGRAM@", with: program.address).replacing("@DIGEST@", with: program.digest)
    }

    private func steps(includesWorkflow: Bool) -> [String] {
        let download = "see that \(program.address) can be downloaded, and has the SHA-256 \(program.digest)"
        switch platform {
        case .github:
            return [
                download,
                "commit the file on the default branch; the workflow needs no secret",
                "in the settings for Actions, let forks ask for approval before anything of theirs runs, and give "
                    + "their workflows neither secrets nor write tokens",
            ]
        case .gitlab:
            let include =
                includesWorkflow
                ? [] : ["add to \(Self.start): `include: [{local: /\(Platform.gitlab.file)}]`"]
            return [download] + include + [
                "make a project access token with the role Reporter and the scope api, and set it as the variable "
                    + "HUBFLEET_COMMENT_TOKEN, masked, for the environment hubfleet-comment alone",
                "leave it off that pipelines for change requests of forks run in this project",
            ]
        }
    }

    /// Signs that are nothing but themselves in YAML between quotes, in a shell, and in expressions of both platforms.
    fileprivate static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._/:+~%".utf8.contains(byte)
        }
    }
}

/// Why no workflow for change requests can be written.
package enum ChangeRequestError: Error, Equatable, CustomStringConvertible {
    case noAddress(String)
    case noDigest(String)
    case noFolder(String)

    package var description: String {
        switch self {
        case .noAddress(let text):
            "\"\(text.addressWithoutCredentials.printable)\" cannot be the address of the program: it must begin with https:// and hold "
                + "letters, digits and -._/:+~% alone"
        case .noDigest(let text): "\"\(text.printable)\" is no SHA-256 of a file: that has 64 digits of 0-9 and a-f"
        case .noFolder(let text):
            "the folder \"\(text.printable)\" cannot stand in a workflow; name it with letters, digits and -._/:+~% alone"
        }
    }
}
