import Crypto
import FleetTools
import Foundation

/// The seal on texts that others keep, such as tokens in cookies: nobody else can read or make them. Its key lives in a
/// file, so that logins survive a restart.
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

    /// The text, sealed: base64url, another one each time.
    ///
    /// `purpose`: what is sealed for one purpose cannot be opened for another.
    func seal(_ text: String, purpose: String) throws -> String {
        let box = try AES.GCM.seal(Data(text.utf8), using: key, authenticating: Data(purpose.utf8))
        return Base64URL.text(box.combined ?? Data())
    }

    /// The text in a seal; nil for what was not sealed with this key for this purpose.
    func open(_ sealed: String, purpose: String) -> String? {
        guard sealed.utf8.count < 8_192, let data = Base64URL.data(sealed),
            let box = try? AES.GCM.SealedBox(combined: data),
            let text = try? AES.GCM.open(box, using: key, authenticating: Data(purpose.utf8))
        else { return nil }
        return String(data: text, encoding: .utf8)
    }
}
