import Crypto
import Foundation

/// Texts that nobody can guess, such as the state of a login.
enum UnguessableText {
    /// 43 characters of base64url: 256 bits.
    static func make() -> String { Base64URL.text(SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }) }
}
