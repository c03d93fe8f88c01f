import FleetModel
import FleetTools
import Foundation
import Texts

/// The program `sops`, which decrypts files of a fleet.
package actor Sops {
    enum Answer: Sendable, Equatable {
        case decrypted([UInt8])
        /// Not decrypted, because no key or no sops is here, with the reason in one line.
        case locked(String)
        /// A key is here, but the file is damaged or was changed without sops.
        case broken(String)
    }

    /// What is known of those who can open a file.
    private enum Recipients {
        /// The first file is being tried.
        case asked(Task<Answer, Never>)
        case open
        /// No key opened the first file, which may be damaged: another one is asked before all stay closed.
        case doubted
        case closed(String)
    }

    private let runner: any CommandRunner
    private let turnstile: Turnstile
    /// The address of the only Vault that is asked.
    private let vault: String?
    /// Sets of keys that were tried: a fleet of closed files costs two calls for each set.
    private var recipients: [ExactText: Recipients] = [:]

    /// - Parameters:
    ///   - runner: runs sops.
    ///   - vault: the address of the Vault that may be asked. sops would send the user's token to whatever address a file
    ///     names.
    ///   - width: how many calls run at a time; sops is busy for as long as it runs.
    init(
        runner: any CommandRunner, vault: String? = ProcessInfo.processInfo.environment["VAULT_ADDR"],
        width: Int = ProcessInfo.processInfo.activeProcessorCount
    ) {
        self.runner = runner
        self.vault = vault?.trimmingCharacters(in: ["/"])
        turnstile = Turnstile(width: width)
    }

    /// The call that decrypts a file to standard output. Nothing decrypted touches the disk.
    package static func decrypt(_ path: String) -> Invocation {
        Invocation(
            "sops", ["--disable-version-check", "--output-type", "yaml", "--decrypt", path], inherits: .only(variables),
            timeLimit: limit)
    }

    /// What sops finds keys by: its own variables, those of each kind of key, and the way to the web. Source: its README.
    private static let variables = [
        "HOME", "USER", "TMPDIR", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "SOPS_*", "GNUPGHOME", "GPG_TTY", "AWS_*",
        "GOOGLE_*", "GCLOUD_*", "CLOUDSDK_*", "AZURE_*", "MSI_*", "IDENTITY_*", "VAULT_*", "HTTP_PROXY", "HTTPS_PROXY",
        "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR",
    ]

    /// The clear text of an encrypted file, or why it stays closed. Keys are found as sops finds them, such as through
    /// `SOPS_AGE_KEY_FILE`.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - source: the fleet that it is a file of.
    ///   - recipients: who can open it, in any form: a set of which two files could not be opened is not tried
    ///     again, nor one at which sops took too long, and nothing else of a set is tried until its first file has
    ///     answered.
    ///   - vaults: the addresses of Vaults that it names.
    /// - Returns: the text, or the reason.
    func decrypt(
        _ path: String, in source: any FleetSource, recipients: String, vaults: [String] = []
    ) async -> Answer {
        if let other = vaults.first(where: { $0.trimmingCharacters(in: ["/"]) != vault }) {
            return .locked("its Vault \(other.printable) is not the one that VAULT_ADDR names")
        }
        while true {
            switch self.recipients[recipients.exact] {
            case .closed(let reason): return .locked(reason)
            case .open:
                let answer = await ask(path, in: source)
                // Its keys open other files, so it is this one that is damaged.
                return answer == .locked(Self.noKey) ? .broken("the key that is in it cannot be read") : answer
            case .asked(let first): _ = await first.value
            case .doubted: return await begin(path, in: source, recipients: recipients, isDoubted: true)
            case nil: return await begin(path, in: source, recipients: recipients, isDoubted: false)
            }
        }
    }

    private func begin(
        _ path: String, in source: any FleetSource, recipients: String, isDoubted: Bool
    ) async -> Answer {
        let first = Task { await tryFirst(path, in: source, recipients: recipients, isDoubted: isDoubted) }
        self.recipients[recipients.exact] = .asked(first)
        return await first.valueWhileWanted
    }

    private func tryFirst(
        _ path: String, in source: any FleetSource, recipients: String, isDoubted: Bool
    ) async -> Answer {
        let answer = await ask(path, in: source)
        self.recipients[recipients.exact] =
            switch answer {
            case .decrypted, .broken: .open
            case .locked(Self.noKey): isDoubted ? .closed(Self.noKey) : .doubted
            // One that hangs would hang for each file.
            case .locked(let reason) where reason == Self.noSops || reason == Self.tookTooLong: .closed(reason)
            // It was interrupted: the next file may fare better.
            case .locked: nil
            }
        return answer
    }

    private static let noKey = "no key here opens it"
    private static let limit = Duration.seconds(60)
    private static let tookTooLong = "\(CommandError.tookTooLong(program: "sops", limit: limit))"
    private static let noSops = "\(CommandError.notFound(program: "sops"))"

    private func ask(_ path: String, in source: any FleetSource) async -> Answer {
        do {
            let output = try await turnstile.pass { [runner] in
                try await source.onDisk(path) { try await runner.run(Self.decrypt($0)) }
            }
            guard output.status != 0 else { return .decrypted(output.standardOutput) }
            // What sops prints may hold values of the file, so its own words go no further, and of the many lines about
            // a missing key the operator needs one.
            guard output.standardError.contains("Failed to get the data key") else {
                let isChanged = output.standardError.contains("MAC mismatch")
                return .broken(isChanged ? "it was changed without sops" : "sops cannot decrypt it")
            }
            return .locked(Self.noKey)
        } catch is CancellationError {
            return .locked("it was interrupted")
        } catch {
            return .locked("\(error)")
        }
    }
}
