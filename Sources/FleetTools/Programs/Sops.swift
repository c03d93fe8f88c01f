import FleetModel
import Foundation
import Synchronization

/// The program `sops`, which decrypts files of the fleet repository.
package final class Sops: Sendable {
    package enum Answer: Sendable, Equatable {
        case decrypted([UInt8])
        /// Not decrypted, with the reason in one line.
        case locked(String)
    }

    private let runner: any CommandRunner
    /// Sets of keys that are known not to be here, so that a fleet of closed files costs one call for each set.
    private let closed = Mutex<[String: String]>([:])

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
    ///
    /// `recipients` says who can open the file, in any form: a set that could not be opened once is not tried again.
    package func decrypt(_ path: String, recipients: String) async -> Answer {
        if let reason = closed.withLock({ $0[recipients] }) { return .locked(reason) }
        do {
            let output = try await runner.run(Self.decrypt(path))
            guard output.status != 0 else { return .decrypted(output.standardOutput) }
            guard output.standardError.contains("Failed to get the data key") else {
                let reason = output.standardError.lastLines(1)
                return .locked(reason.isEmpty ? "sops gave no reason" : reason)
            }
            // sops explains a missing key over many lines; the operator needs one.
            return remember("no key here opens it", for: recipients)
        } catch CommandError.notFound(let program) {
            return remember("\(CommandError.notFound(program: program))", for: recipients)
        } catch {
            return .locked("\(error)")
        }
    }

    private func remember(_ reason: String, for recipients: String) -> Answer {
        closed.withLock { $0[recipients] = reason }
        return .locked(reason)
    }
}
