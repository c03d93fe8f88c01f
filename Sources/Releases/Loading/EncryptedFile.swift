import FleetModel
import Texts

/// What can be seen of a file that sops encrypted without opening it.
package struct EncryptedFile: Sendable {
    /// Whether sops left its mark in it.
    package let isEncrypted: Bool
    /// Who can open it: the same text for files with the same keys. It holds names of keys, no secrets.
    package let recipients: String
    /// The addresses of the Vaults whose keys open it.
    package let vaults: [String]
    package let findings: [Finding]

    /// - Parameters:
    ///   - document: the file, its scalars hidden.
    ///   - file: its path as places show it.
    package init(_ document: YAMLReader.Document, file: String) {
        guard let root = document.root, let sops = root["sops"], sops.map != nil else {
            isEncrypted = false
            recipients = ""
            vaults = []
            findings = [Self.notEncrypted(at: SourceLocation(file: file))]
            return
        }
        isEncrypted = true
        recipients = Self.recipients(sops)
        vaults = sops.texts(of: ["vault_address"])
        findings = Self.checkShape(sops) + Self.plainParts(of: root, sops: sops)
    }

    /// What is wrong with a file that is passed on as it is: sops left its mark, so it holds cipher text.
    package static func findings(inPlain root: Value?) -> [Finding] {
        guard let sops = root?["sops"], sops["mac"] != nil else { return [] }
        return [
            Finding(
                rule: "values/encrypted-name",
                "this file is encrypted with sops, but its name does not say so, and it would be used as it is",
                advice: "put `secret` into its name, such as enc-prod.secret.values.yaml", at: sops.location)
        ]
    }

    private static func notEncrypted(at place: SourceLocation) -> Finding {
        Finding(
            rule: "values/not-encrypted", "this file is named a secret, but is not encrypted with sops",
            advice: "encrypt it, and replace what it holds if it was ever pushed", at: place)
    }

    private static func recipients(_ sops: Value) -> String {
        let kinds = ["age", "kms", "gcp_kms", "azure_kv", "hc_vault", "pgp", "key_groups"]
        return kinds.compactMap { kind in sops[kind].map { "\(kind)=\($0.names)" } }.joined(separator: ";")
    }

    private static func checkShape(_ sops: Value) -> [Finding] {
        let missing = ["mac", "lastmodified", "version"].filter { sops[$0] == nil }
        guard !missing.isEmpty else { return [] }
        return [
            Finding(
                rule: "values/broken-encryption",
                "the marks of sops are incomplete: \(missing.joined(separator: ", ")) missing, so it cannot be opened",
                advice: "take the file from the repository's history, or encrypt it anew", at: sops.location)
        ]
    }

    /// Values that are readable although the file is encrypted. Some are meant to be: the file's own settings say so.
    private static func plainParts(of root: Value, sops: Value) -> [Finding] {
        let settings = ["encrypted_regex", "unencrypted_regex", "encrypted_suffix", "encrypted_comment_regex"]
        guard var map = root.map, !settings.contains(where: { sops[$0]?.isNull == false }) else { return [] }
        map.remove("sops")
        let values = Value(.map(map), at: root.location)
        // Files are large, and nearly always all is well: paths are made when they are needed.
        guard values.hasPlainParts else { return [] }
        return values.leaves().filter { $0.value.isPlainInside && !$0.path.isExempt }.map { path, value in
            Finding(
                rule: "values/partly-plain", "\(path) is readable in this encrypted file",
                advice: "encrypt the file anew with sops, and replace the value if it was ever pushed",
                at: value.location)
        }
    }
}

extension ValuePath {
    /// sops leaves keys with this ending alone.
    fileprivate var isExempt: Bool {
        steps.contains { if case .key(let key) = $0 { key.exact.hasSuffix("_unencrypted") } else { false } }
    }
}

extension Value {
    fileprivate var hasPlainParts: Bool {
        switch content {
        case .map(let map): map.entries.contains { $0.value.hasPlainParts }
        case .list(let list): list.contains(where: \.hasPlainParts)
        default: isPlainInside
        }
    }

    /// sops leaves nothing readable but empty texts, nulls, empty maps and lists.
    fileprivate var isPlainInside: Bool {
        guard case .secret(let secret) = content else { return false }
        guard case .string(let text)? = secret.reveal() else { return true }
        return !text.isEmpty && !text.exact.hasPrefix("ENC[")
    }

    /// The names of keys in the part of sops' marks about one kind of key.
    fileprivate var names: String {
        let keys = ["recipient", "arn", "resource_id", "fp", "vault_url", "vault_address", "name", "key_name"]
        return texts(of: keys).joined(separator: ",")
    }

    /// The texts of all keys of these names, wherever they stand.
    fileprivate func texts(of keys: [String]) -> [String] {
        leaves().compactMap { path, value -> String? in
            guard case .key(let key)? = path.steps.last, keys.contains(key), case .secret(let secret) = value.content,
                case .string(let text)? = secret.reveal()
            else { return nil }
            return text
        }
    }
}
