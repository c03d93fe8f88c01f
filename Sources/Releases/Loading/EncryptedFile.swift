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
    /// The values that the file's own settings for sops leave readable, in the clear; nil when there are none.
    package let open: Value?

    /// - Parameters:
    ///   - document: the file, its scalars hidden.
    ///   - file: its path as places show it.
    package init(_ document: YAMLReader.Document, file: String) {
        guard let root = document.root, let sops = root["sops"], sops.map != nil else {
            isEncrypted = false
            recipients = ""
            vaults = []
            findings = [Self.notEncrypted(at: SourceLocation(file: file))]
            open = nil
            return
        }
        isEncrypted = true
        recipients = Self.recipients(sops)
        vaults = sops.texts(of: ["vault_address"])
        let scope = SealedScope { name in
            guard case .secret(let secret)? = sops[name]?.content, case .string(let text)? = secret.reveal() else {
                return nil
            }
            return text.isEmpty ? nil : text
        }
        findings = Self.checkShape(sops) + Self.plainParts(of: root, scope: scope)
        open = scope.flatMap { root.leftOpen(by: $0, below: []) }
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

    /// Values that are readable although the file's own settings say that sops seals them.
    private static func plainParts(of root: Value, scope: SealedScope?) -> [Finding] {
        guard let scope, var map = root.map else { return [] }
        map.remove("sops")
        let values = Value(.map(map), at: root.location)
        // Files are large, and nearly always all is well: paths are made when they are needed.
        guard values.hasPlainParts else { return [] }
        return values.leaves().filter { $0.value.isPlainInside && scope.seals($0.path.keys) }.map { path, value in
            Finding(
                rule: "values/partly-plain", "\(path) is readable in this encrypted file",
                advice: "encrypt the file anew with sops, and replace the value if it was ever pushed",
                at: value.location)
        }
    }
}

extension ValuePath {
    fileprivate var keys: [String] {
        steps.compactMap { if case .key(let key) = $0 { key } else { nil } }
    }
}

extension Value {
    /// The part of the tree that sops leaves readable on purpose, in the clear; nil when there is none.
    fileprivate func leftOpen(by scope: SealedScope, below keys: [String]) -> Value? {
        switch content {
        case .map:
            var result = ValueMap()
            for (key, place, value) in pairs where !(keys.isEmpty && key == "sops") {
                guard let open = value.leftOpen(by: scope, below: keys + [key]) else { continue }
                result.set(key, to: open, keyLocation: place)
            }
            return result.isEmpty ? nil : Value(.map(result), at: location)
        case .list(let list):
            let items = list.compactMap { $0.leftOpen(by: scope, below: keys) }
            return items.isEmpty ? nil : Value(.list(items), at: location)
        case .secret(let secret):
            guard isPlainInside, !scope.seals(keys), let scalar = secret.reveal() else { return nil }
            return Value(scalar, at: location)
        default: return nil
        }
    }

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
