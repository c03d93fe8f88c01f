import Crypto
import FleetTools
import Foundation

/// Seals texts that others keep, such as tokens in cookies: nobody else can read or make them. The key lives in a file,
/// so that logins survive a restart.
struct SealedText: Sendable {
    private let key: SymmetricKey

    /// - Parameter path: of the key; it is made when it is not there.
    /// - Throws: `FileError`.
    init(keyFile path: String) throws {
        if let data = FileManager.default.contents(atPath: path), data.count == 32 {
            key = SymmetricKey(data: data)
        } else {
            key = SymmetricKey(size: .bits256)
            try FileWriting.write(key.withUnsafeBytes { Array($0) }, to: path)
        }
    }

    /// `purpose`: what is sealed for one purpose cannot be opened for another.
    func seal(_ text: String, purpose: String) throws -> String {
        let box = try AES.GCM.seal(Data(text.utf8), using: key, authenticating: Data(purpose.utf8))
        return Self.encoded(box.combined ?? Data())
    }

    /// Nil for what was not sealed with this key for this purpose.
    func open(_ sealed: String, purpose: String) -> String? {
        guard sealed.utf8.count < 8_192, let data = Self.decoded(sealed),
            let box = try? AES.GCM.SealedBox(combined: data),
            let text = try? AES.GCM.open(box, using: key, authenticating: Data(purpose.utf8))
        else { return nil }
        return String(data: text, encoding: .utf8)
    }

    /// base64url without filling, which cookies and addresses take as it is.
    static func encoded(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private static func decoded(_ text: String) -> Data? {
        let plain = text.replacing("-", with: "+").replacing("_", with: "/")
        return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4))
    }
}

/// Numbers that nobody can guess.
enum RandomText {
    /// 43 characters of base64url.
    static func make() -> String { SealedText.encoded(SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }) }
}
