import FleetTools
import Foundation
import Receipts
import Synchronization
import Texts

/// A writer that signs receipts. It is made before the work, so that trouble with a receipt does not come after hours.
package struct ReceiptWriter: Sendable {
    /// The place that was chosen for receipts.
    package enum Place: Sendable, Equatable {
        /// The usual one, beside what a receipt is about.
        case usual
        case file(String)
        /// A folder for the receipts of many things.
        case folder(String)
        case standardOutput
    }

    /// A receipt that is written.
    package enum Written: Sendable, Equatable {
        /// The receipt is in this file; `key` is the short name of the key that signed it.
        case file(String, key: String)
        /// The receipt is this text, for standard output.
        case text(String)
    }

    /// The folders whose leftovers were removed: there may be receipts of thousands of homes in one.
    private final class Tidied: Sendable {
        private let folders = Mutex<Set<ExactText>>([])

        func isFirst(_ folder: String) -> Bool { folders.withLock { $0.insert(folder.exact).inserted } }
    }

    private let key: ReceiptKey
    private let place: Place
    private let tidied = Tidied()

    package init(key: ReceiptKey, place: Place = .usual) {
        self.key = key
        self.place = place
    }

    /// Looks at the folder of the chosen file, or of the usual place.
    /// - Throws: `ReceiptError.noPlace` when no file can be made there.
    package func checkFolder(usual: String? = nil) throws {
        if let path = path(usual) { try ReceiptPlace.checkFolder(of: path) }
    }

    /// Looks at the usual place, when no other file was chosen.
    /// - Throws: `ReceiptError.noPlace` when something is there that is no receipt.
    package func check(usual: String) throws {
        if case .file = place { return }
        if let path = path(usual) { try ReceiptPlace.check(path) }
    }

    /// The file of a receipt; nil for standard output, and where no place is known.
    private func path(_ usual: String?) -> String? {
        switch place {
        case .usual: usual
        case .file(let path): path
        case .folder(let folder): usual.map { folder + "/" + URL(filePath: $0).lastPathComponent }
        case .standardOutput: nil
        }
    }

    /// Signs a receipt and writes it to where it was asked for.
    ///
    /// - Parameters:
    ///   - receipt: what is said.
    ///   - usual: the usual place.
    /// - Returns: where the receipt is, or its text.
    /// - Throws: `ReceiptError.noPlace` when something else is there meanwhile, `FileError`.
    package func write(_ receipt: some Encodable, usual: String) throws -> Written {
        let signed = try SignedReceipt(receipt, key: key)
        guard let path = path(usual) else { return .text(try signed.envelope()) }
        try ReceiptPlace.check(path)
        tidy(URL(filePath: path).deletingLastPathComponent().path)
        try signed.write(to: path)
        return .file(path, key: key.id)
    }

    /// The receipt that is there already; nil when there is none, or it has no place of its own.
    func present(usual: String) -> SignedReceipt? { path(usual).flatMap { try? SignedReceipt(file: $0) } }

    /// Removes what is left of receipts of processes that were killed.
    private func tidy(_ folder: String) {
        guard tidied.isFirst(folder) else { return }
        FileWriting.removeLeftovers(in: folder) { $0.hasSuffix(".json") }
    }
}
