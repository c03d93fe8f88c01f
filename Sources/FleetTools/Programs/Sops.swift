import FleetModel
import Foundation

/// The program `sops`, which decrypts files of the fleet repository.
package struct Sops: Sendable {
    package enum Answer: Sendable, Equatable {
        case decrypted([UInt8])
        /// Not decrypted, with the reason in one line.
        case locked(String)
    }

    private let runner: any CommandRunner

    package init(runner: any CommandRunner) {
        self.runner = runner
    }

    /// The call that decrypts a file to standard output. Nothing decrypted touches the disk.
    package static func decrypt(_ path: String) -> Invocation {
        Invocation(
            "sops", ["--disable-version-check", "--output-type", "yaml", "--decrypt", path], timeLimit: .seconds(60))
    }

    /// The clear text of an encrypted file, or why it stays closed. Keys are found as sops finds them, such as through
    /// `SOPS_AGE_KEY_FILE`.
    package func decrypt(_ path: String) async -> Answer {
        do {
            let output = try await runner.run(Self.decrypt(path))
            guard output.status == 0 else { return .locked(reason(output.standardError)) }
            return .decrypted(output.standardOutput)
        } catch {
            return .locked("\(error)")
        }
    }

    /// sops explains a missing key over many lines; the operator needs one.
    private func reason(_ message: String) -> String {
        if message.contains("Failed to get the data key") { return "no key here opens it" }
        return message.lastLines(1).isEmpty ? "sops gave no reason" : message.lastLines(1)
    }
}
