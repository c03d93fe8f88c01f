import FleetModel
import FleetTools
import Foundation
import Synchronization

/// The program `sops`, which decrypts files of the fleet repository.
package final class Sops: Sendable {
    package enum Answer: Sendable, Equatable {
        case decrypted([UInt8])
        /// Not decrypted, because no key or no sops is here, with the reason in one line.
        case locked(String)
        /// A key is here, but the file is damaged or was changed without sops.
        case broken(String)
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
        guard !Task.isCancelled else { return .locked("it was interrupted") }
        do {
            let output = try await runner.run(Self.decrypt(path))
            guard output.status != 0 else { return .decrypted(output.standardOutput) }
            // What sops prints may hold values of the file, so its own words go no further.
            guard output.standardError.contains("Failed to get the data key") else {
                let isChanged = output.standardError.contains("MAC mismatch")
                return .broken(isChanged ? "it was changed without sops" : "sops cannot decrypt it")
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
