import Homes

/// A receipt that an archive is compared with.
struct GivenReceipt {
    /// What is said of its signature.
    struct Signature: Encodable {
        /// Whether there was a public key to check it with.
        let isChecked: Bool
        /// The short name of the key that it was made with; nil when it was not checked, or is not of that key.
        let key: String?

        var text: String {
            if let key { return "receipt: signed with key \(key)" }
            return isChecked
                ? "receipt: not signed with that key"
                : "receipt: the signature was not checked; --public-key checks it"
        }
    }

    let signature: Signature
    private let path: String
    private let signed: SignedReceipt

    /// - Throws: `ReceiptError`.
    init(_ path: String, publicKey: String?) throws {
        self.path = path
        let signed = try SignedReceipt(file: path)
        self.signed = signed
        signature = Signature(
            isChecked: publicKey != nil, key: try publicKey.flatMap { try signed.signer(byKeyIn: $0) })
    }

    /// What it says that is not so of the archive.
    func faults(_ found: HomeVerification) -> [HomeVerification.Fault] {
        let isTrusted = !signature.isChecked || signature.key != nil
        let differences = isTrusted ? signed.differences(from: found) : ["it is not signed by that key"]
        return differences.map { HomeVerification.Fault(path: path, what: $0) }
    }
}
