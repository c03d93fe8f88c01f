import FleetTools
import Foundation
import Receipts

extension SignedReceipt {
    /// Signs a receipt.
    /// - Throws: what the encoder throws.
    package init(_ receipt: some Encodable, key: ReceiptKey) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        try self.init(body: try encoder.encode(receipt), key: key.id, sign: key.sign)
    }

    /// Writes the receipt to a file, which everybody may read.
    /// - Throws: `FileError`.
    package func write(to path: String) throws {
        try FileWriting.write(try envelope() + "\n", to: path, permissions: 0o644)
    }

    /// The receipt of one home; nil for other receipts.
    package var receipt: HomeReceipt? {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return body.flatMap { try? decoder.decode(HomeReceipt.self, from: $0) }
    }
}
