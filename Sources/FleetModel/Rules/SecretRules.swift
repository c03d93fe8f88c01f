import Foundation
import Texts

/// Rules about secrets in files that everybody can read. No message shows what was found.
enum SecretRules {
    static let rules = [
        Rule(
            "secrets/plain-name", .error, "Passwords, tokens and keys stand in encrypted files.",
            because: "Whoever can read the repository, its history or a copy of it can use them.", .layer(plainName)),
        Rule(
            "secrets/plain-environment", .warning, "Containers get their passwords from encrypted files.",
            because: "Whoever can read the repository can use them. Beside a user's server that may be meant so.",
            .layer(plainEnvironment)),
        Rule(
            "secrets/plain-shape", .error, "Nothing that looks like a credential stands in a plain file.",
            because:
                "Keys of clouds and code hosts have a form of their own, by which robots find them within minutes.",
            .layer(plainShape)),
    ]

    // MARK: - By name

    /// Ends of names, in lower case and without `_` and `-`, that say what the value is.
    private static let endings = [
        "password", "passwd", "passphrase", "clientsecret", "cookiesecret", "proxysecret", "apitoken", "authtoken",
        "accesstoken", "secrettoken", "apikey", "secretkey", "accesskey", "accesskeyid", "privatekey", "cryptkey",
        "webhooksecret", "signingkey", "connectionstring",
    ]
    private static let names: Set<String> = ["secret", "token", "credentials", "pepper"]

    private static func plainName(_ layer: Layer) -> [Rule.Fault] {
        guard layer.kind == .file || layer.kind == .chart else { return [] }
        return layer.values.leaves().filter(isPlain).map(fault)
    }

    private static func plainEnvironment(_ layer: Layer) -> [Rule.Fault] {
        guard layer.kind == .file || layer.kind == .chart else { return [] }
        return environment(in: layer.values, path: ValuePath([])).map(fault)
    }

    private static func fault(path: ValuePath, value: Value) -> Rule.Fault {
        Rule.Fault(
            "\(path) is a secret in a plain file",
            advice: "move it to an encrypted file and replace it: it has to count as known", at: value.location)
    }

    /// Entries such as `{name: DB_PASSWORD, value: …}`.
    private static func environment(in value: Value, path: ValuePath) -> [(path: ValuePath, value: Value)] {
        if let list = value.list {
            return list.enumerated().flatMap { environment(in: $1, path: path.appending(.index($0))) }
        }
        if let name = value["name"]?.string, let content = value["value"], isSecret(name), content.looksLiteral {
            return [(path.appending(.key("value")), content)]
        }
        return value.pairs.flatMap { environment(in: $0.value, path: path.appending(.key($0.key))) }
    }

    /// Under names that may also stand before a name of Kubernetes, only what is no such name counts.
    private static func isPlain(_ path: ValuePath, _ value: Value) -> Bool {
        guard let key = path.lastKey, isSecret(key), value.looksLiteral else { return false }
        let name = key.lowercased().filter { $0 != "_" && $0 != "-" }
        return !(names.contains(name) || name == "secretkey") || !(value.string?.isKubernetesName ?? false)
    }

    private static func isSecret(_ key: String) -> Bool {
        let name = key.lowercased().filter { $0 != "_" && $0 != "-" }
        return names.contains(name) || endings.contains(where: name.hasSuffix)
    }

    // MARK: - By shape

    /// What credentials start with, how many letters follow at least, and what they are.
    private static let shapes: [(start: String, length: Int, name: String)] = [
        ("AKIA", 16, "an access key of AWS"), ("ASIA", 16, "an access key of AWS"),
        ("ghp_", 30, "a token of GitHub"), ("gho_", 30, "a token of GitHub"), ("ghu_", 30, "a token of GitHub"),
        ("ghs_", 30, "a token of GitHub"), ("ghr_", 30, "a token of GitHub"),
        ("github_pat_", 30, "a token of GitHub"), ("glpat-", 16, "a token of GitLab"),
        ("xoxb-", 20, "a token of Slack"), ("xoxp-", 20, "a token of Slack"), ("AIza", 35, "a key of Google"),
        ("AGE-SECRET-KEY-1", 40, "a private key of age"), ("hf_", 30, "a token of Hugging Face"),
        ("dop_v1_", 40, "a token of DigitalOcean"), ("npm_", 36, "a token of npm"), ("pypi-", 60, "a token of PyPI"),
    ]

    private static func plainShape(_ layer: Layer) -> [Rule.Fault] {
        guard layer.kind == .file || layer.kind == .chart || layer.kind == .jsonnet else { return [] }
        return layer.values.leaves().compactMap { path, value in
            guard let text = value.string, text.utf8.count >= 20, let shape = shape(of: text, path: path) else {
                return nil
            }
            return Rule.Fault(
                "\(path) holds what looks like \(shape)",
                advice: "revoke it, and keep its successor in an encrypted file", at: value.location)
        }
    }

    private static func shape(of text: String, path: ValuePath) -> String? {
        if text.holds("-----BEGIN "), text.holds("PRIVATE KEY-----") { return "a private key" }
        if isHexKey(text, path: path) { return "a random key" }
        if text.holds("://hooks.slack.com/services/T") { return "the address of a Slack channel" }
        if text.holds("://"), hasCredentials(text) { return "an address with a password" }
        if isWebToken(text) { return "a web token" }
        return shapes.first { holds(text, $0.start, followedBy: $0.length) }?.name
    }

    /// Whether a word begins so in a text, and goes on for so many letters at least.
    private static func holds(_ text: String, _ start: String, followedBy length: Int) -> Bool {
        var place = text.offset(of: start)
        while let found = place {
            let end = found + start.utf8.count
            let isWord = found == 0 || !isOfWord(text.utf8.dropFirst(found - 1).first ?? 0)
            if isWord, text.utf8.dropFirst(end).prefix(while: isOfWord).count >= length { return true }
            place = text.offset(of: start, from: end)
        }
        return false
    }

    private static func isOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// 32 random bytes, as `openssl rand -hex 32` writes them; digests look the same, and say so.
    private static func isHexKey(_ text: String, path: ValuePath) -> Bool {
        guard text.utf8.count == 64, text.allSatisfy(\.isHexDigit) else { return false }
        let name = path.lastKey?.lowercased() ?? ""
        return !["sha", "digest", "hash", "checksum", "fingerprint"].contains(where: name.contains)
    }

    /// `scheme://user:password@host`, in one word.
    private static func hasCredentials(_ text: String) -> Bool {
        guard let range = text.range(of: "://") else { return false }
        let authority = text[range.upperBound...].prefix { !"/?# \n\"'".contains($0) }
        guard let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") else {
            return false
        }
        let password = authority[authority.index(after: colon)..<at]
        return password.count >= 4 && !password.contains { "${<%".contains($0) }
    }

    private static func isWebToken(_ text: String) -> Bool {
        text.hasPrefix("eyJ") && text.split(separator: ".").count == 3 && text.utf8.count > 60 && !text.contains(" ")
    }
}

extension Value {
    /// Not a reference to something else, a path, an address, a template or a word of configuration.
    fileprivate var looksLiteral: Bool {
        if case .integer(let number) = content { return number.magnitude > 99_999 }
        guard let text = string, text.count >= 6, !text.contains(" "), !text.contains("{"), !text.contains("$"),
            !text.contains("<"), !["dummy", "changeme", "default", "existing"].contains(text.lowercased())
        else { return false }
        // Random bytes in base64 hold a slash as often as not; paths and addresses have dots or start with one.
        if text.contains("/") {
            return text.count >= 20 && !text.hasPrefix("/") && !text.contains(".") && !text.contains(":")
        }
        return true
    }
}

extension String {
    /// Words of small letters with dashes between, such as `hub-tls-cert`.
    fileprivate var isKubernetesName: Bool { contains("-") && allSatisfy { $0.isLowercase || $0 == "-" } }
}

extension ValuePath {
    /// The nearest key, so that items of a list go by the name of the list.
    fileprivate var lastKey: String? {
        steps.reversed().lazy.compactMap { if case .key(let key) = $0 { key } else { nil } }.first
    }
}
