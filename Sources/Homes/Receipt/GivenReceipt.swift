import Receipts

/// A receipt that an archive is compared with.
package struct GivenReceipt: Sendable {
    /// The state of the receipt's signature.
    package struct Signature: Sendable, Equatable, Encodable {
        /// Whether there was a public key to check it with.
        package let isChecked: Bool
        /// The short name of the key that it was made with; nil when it was not checked, or is not of that key.
        package let key: String?
    }

    package let signature: Signature
    private let path: String
    private let signed: SignedReceipt

    /// - Parameters:
    ///   - path: of the receipt.
    ///   - publicKey: the path of the public key that must have signed it; nil: the signature is not checked.
    /// - Throws: `ReceiptError`.
    package init(_ path: String, publicKey: String?) throws {
        self.path = path
        let signed = try SignedReceipt(file: path)
        self.signed = signed
        signature = Signature(
            isChecked: publicKey != nil, key: try publicKey.flatMap { try signed.signer(byKeyIn: $0) })
    }

    /// The receipt's statements that are not so of the archive.
    package func faults(_ found: HomeVerification) -> [HomeVerification.Fault] {
        let isTrusted = !signature.isChecked || signature.key != nil
        let differences = isTrusted ? signed.differences(from: found) : ["it is not signed by that key"]
        return differences.map { HomeVerification.Fault(path: path, what: $0) }
    }
}
