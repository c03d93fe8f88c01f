import Foundation
import Homes
import Texts

/// The addresses of archives, each of which stays the same as long as its archive can be had.
struct ArchiveAddresses: Sendable {
    /// Below which the service is.
    let prefix: String

    private static let plain = CharacterSet.alphanumerics
        .intersection(CharacterSet(charactersIn: "\0"..."\u{7F}"))
        .union(CharacterSet(charactersIn: "-._~@+"))

    /// Such as `/services/home-download/archives/0123/home-ada.zip`.
    func address(of snapshot: HomeSnapshot, _ format: ArchiveFormat, user: ExactText) -> String {
        let name = "home-\(user).\(format.rawValue)".addingPercentEncoding(withAllowedCharacters: Self.plain) ?? "home"
        return "\(prefix)archives/\(snapshot.summary.id)/\(name)"
    }
}
