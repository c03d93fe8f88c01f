import FleetModel
import Foundation
import Texts

/// Which values of an encrypted file sops seals, by the settings that it keeps in the file.
///
/// A setting counts when any key on the way to a value fits. Source: `encrypt` in sops 3.11 (`sops.go`).
struct SealedScope {
    private enum Rule {
        case suffix(String, seals: Bool)
        case expression(NSRegularExpression, seals: Bool)
    }

    private let rule: Rule

    /// Reads the settings; nil when one of them is not understood, so that nobody knows.
    ///
    /// - Parameter setting: the text of a setting of sops in the file, by its name.
    init?(_ setting: (String) -> String?) {
        if let suffix = setting("encrypted_suffix") {
            rule = .suffix(suffix, seals: true)
        } else if let pattern = setting("encrypted_regex") {
            guard let expression = try? NSRegularExpression(pattern: pattern) else { return nil }
            rule = .expression(expression, seals: true)
        } else if let pattern = setting("unencrypted_regex") {
            guard let expression = try? NSRegularExpression(pattern: pattern) else { return nil }
            rule = .expression(expression, seals: false)
        } else if setting("encrypted_comment_regex") != nil
            || setting("unencrypted_comment_regex") != nil
        {
            // Comments are not at hand.
            return nil
        } else {
            rule = .suffix(setting("unencrypted_suffix") ?? "_unencrypted", seals: false)
        }
    }

    /// Whether a value behind these keys is sealed.
    func seals(_ keys: [String]) -> Bool {
        switch rule {
        case .suffix(let suffix, let seals): keys.contains { $0.exact.hasSuffix(suffix.exact) } == seals
        case .expression(let expression, let seals):
            keys.contains { expression.firstMatch(in: $0, range: NSRange($0.startIndex..., in: $0)) != nil } == seals
        }
    }
}
