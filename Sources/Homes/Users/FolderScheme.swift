import Crypto

/// The scheme by which a hub makes the name of a home's folder from the name of its user.
///
/// Source: `slugs.py` and `_expand_user_properties` of KubeSpawner 7, and `escape` of escapism.
package enum FolderScheme: String, Sendable, CaseIterable, Codable {
    /// The name itself: `{unescaped_username}`, and NFS servers that were filled by hand.
    case plain
    /// `{escaped_username}`, which is also `{username}` before KubeSpawner 7: `ada.l` is `ada-2el`.
    case escape
    /// `{username}` since KubeSpawner 7: `ada.l` is `ada-l---8debcb8d`.
    case safe

    /// The folder of a user.
    ///
    /// - Returns: nil when that is no name of one folder: empty, `.`, `..`, with `/` or NUL, or longer than 255 bytes.
    package func folderName(for user: String) -> String? {
        let name =
            switch self {
            case .plain: user
            case .escape: Self.escaped(user)
            case .safe: Self.safe(user)
            }
        let bytes = Array(name.utf8)
        guard !bytes.isEmpty, bytes.count <= 255, name != ".", name != "..", !bytes.contains(0x2F), !bytes.contains(0)
        else { return nil }
        return name
    }

    /// The user whose folder has this name, when the name alone says so: digests cannot be undone.
    package func user(ofFolder folder: String) -> String? {
        let user =
            switch self {
            case .plain, .safe: folder
            case .escape: Self.unescaped(folder)
            }
        guard let user, let name = folderName(for: user), Array(name.utf8) == Array(folder.utf8) else { return nil }
        return user
    }

    // MARK: - escape

    private static func isSafe(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) }

    private static func escaped(_ name: String) -> String {
        name.utf8.reduce(into: "") { text, byte in
            // As there: without a leading zero.
            text += isSafe(byte) ? String(Unicode.Scalar(byte)) : "-" + String(byte, radix: 16)
        }
    }

    private static func unescaped(_ folder: String) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(folder.utf8)[...]
        while let first = rest.popFirst() {
            guard first == UInt8(ascii: "-") else {
                bytes.append(first)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, let byte = UInt8(digits, radix: 16) else { return nil }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    // MARK: - safe

    /// The longest name that the spawner asks for: a third of a label is left to the name of a server.
    private static let longest = 48
    private static let digestLength = 8

    private static func safe(_ name: String) -> String {
        let bytes = Array(name.utf8)
        if isObjectName(bytes), bytes.count <= longest, !name.contains("--") { return name }
        let digest = ByteText.hexadecimal(SHA256.hash(data: bytes)).prefix(digestLength)
        return "\(stripped(name, longest - digestLength - 3))---\(digest)"
    }

    /// A label of DNS that begins with a letter.
    private static func isObjectName(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first, let last = bytes.last else { return false }
        return (0x61...0x7A).contains(first) && isSafe(last)
            && bytes.allSatisfy { isSafe($0) || $0 == UInt8(ascii: "-") }
    }

    private static func stripped(_ name: String, _ length: Int) -> String {
        var text: [UInt8] = []
        // Some letters have a lower case of several, of which one is of ASCII.
        for scalar in name.unicodeScalars.flatMap({ $0.properties.lowercaseMapping.unicodeScalars }) {
            if scalar.isASCII, isSafe(UInt8(scalar.value)) {
                text.append(UInt8(scalar.value))
            } else if text.last != UInt8(ascii: "-") {
                text.append(UInt8(ascii: "-"))
            }
        }
        var rest = text.drop { $0 == UInt8(ascii: "-") }.prefix(length)
        while rest.last == UInt8(ascii: "-") { rest.removeLast() }
        guard let first = rest.first else { return "x" }
        let letters = String(decoding: rest, as: UTF8.self)
        return (0x61...0x7A).contains(first) ? letters : "x-" + letters.prefix(length - 2)
    }
}
