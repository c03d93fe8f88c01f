import Texts

/// The variables that programs of a hub get from the account that runs `hubfleet`: those that are known to be needed. Keys of
/// clouds and secrets are in variables of any name, so all others stay out.
enum CleanEnvironment {
    private static let names: Set<ExactText> = [
        "PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR",
        "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy",
        "https_proxy", "all_proxy", "no_proxy",
        // Where a program that was not linked as one file finds its libraries.
        "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
    ]

    /// What is left of variables for a program that inherits none.
    static func left(of variables: [String: String]) -> [String: String] {
        variables.filter { names.contains($0.key.exact) || $0.key.hasPrefix("LC_") }
    }

    /// What takes all others away from a program that inherits them, and adds some.
    static func changes(_ inherited: [String: String], adding own: [String: String?] = [:]) -> [String: String?] {
        let others = inherited.keys.filter { !names.contains($0.exact) && !$0.hasPrefix("LC_") }
        return Dictionary(uniqueKeysWithValues: others.map { ($0, String?.none) }).merging(own) { $1 }
    }
}
