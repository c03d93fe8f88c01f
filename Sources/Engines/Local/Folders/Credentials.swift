import Crypto
import FleetModel
import FleetTools
import Foundation
import Texts

/// The passwords of a hub on this machine: one for administrators, one for everybody else.
///
/// Only their digests are kept, so they are shown once, when they are made. They are random enough (more than 100 bits)
/// that a plain salted SHA-256, the form that `jupyter_server.auth.passwd_check` reads, protects them.
package struct Passwords: Sendable, Equatable {
    package let administrators: String
    package let users: String

    /// Makes the passwords of a hub that has none yet, or whose passwords nobody has seen, or new ones.
    /// - Returns: the new passwords, or nil when the hub keeps those that it has.
    package static func make(in folder: HubFolder, anew: Bool) throws -> Passwords? {
        let isKnown =
            FileManager.default.fileExists(atPath: folder.passwordFile)
            && FileManager.default.fileExists(atPath: folder.passwordsShown)
        guard anew || !isKnown else { return nil }
        try? FileManager.default.removeItem(atPath: folder.passwordsShown)
        let passwords = Passwords(administrators: RandomText.password(), users: RandomText.password())
        let digests = [
            "administrators": digest(passwords.administrators, salt: RandomText.token()),
            "users": digest(passwords.users, salt: RandomText.token()),
        ]
        try FileWriting.write(JSONFile.bytes(digests), to: folder.passwordFile)
        return passwords
    }

    static func digest(_ password: String, salt: String) -> String {
        "sha256:\(salt):\(SHA256.hash(data: Data((password + salt).utf8)).hexadecimal)"
    }
}

/// Tokens of services, new for each hub on this machine and kept in a file that only its owner can read.
enum ServiceTokens {
    static func make(for services: [String], in folder: HubFolder) throws {
        // A file that cannot be read is replaced: tokens carry nothing that could be lost.
        var tokens = (try? read(folder)) ?? [:]
        // Other revisions may have services that this one has not.
        for service in services where tokens[service.exact] == nil {
            tokens[service.exact] = RandomText.token()
        }
        try FileWriting.write(JSONFile.bytes(tokens), to: folder.serviceTokens)
    }

    /// The tokens by the names of the services.
    static func read(_ folder: HubFolder) throws -> [ExactText: String] {
        let data = FileManager.default.contents(atPath: folder.serviceTokens) ?? Data()
        return try JSONFile.decode([ExactText: String].self, from: data)
    }
}

enum RandomText {
    /// Letters and digits that nobody mixes up, in four groups: about 114 bits.
    static func password() -> String {
        let letters = Array("abcdefghjkmnpqrstuvwxyz23456789")
        var random = SystemRandomNumberGenerator()
        let groups = (0..<4).map { _ in
            String((0..<6).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] })
        }
        return groups.joined(separator: "-")
    }

    /// 256 bits in hexadecimal.
    static func token() -> String {
        SymmetricKey(size: .bits256).withUnsafeBytes { bytes in
            bytes.hexadecimal
        }
    }
}
