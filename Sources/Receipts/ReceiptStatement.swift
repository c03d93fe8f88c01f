import Texts

/// The facts that receipts of one archive have in common, whatever was done with it.
package struct ReceiptStatement: Sendable, Decodable, Equatable {
    /// The work that was done: `export`, `download`, `import` or `verify`.
    package var kind: String?
    /// The user whose home it is.
    package var owner: ExactText?
    /// The root of the archive.
    package var root: String?

    package init(kind: String? = nil, owner: ExactText? = nil, root: String? = nil) {
        self.kind = kind
        self.owner = owner
        self.root = root
    }
}
