import Crypto
import Foundation

/// A receipt with its signature, as an envelope of DSSE 1.0 (Dead Simple Signing Envelope).
///
/// This target reads and checks receipts; who makes one signs it.
package struct SignedReceipt: Sendable, Codable, Equatable {
    /// A signature and the short name of its key.
    package struct Signature: Sendable, Codable, Equatable {
        package let keyid: String
        /// The signature in base64.
        package let sig: String
    }

    package static let mediaType = "application/vnd.hubfleet.home-receipt+json"

    /// The end of a receipt's file name, behind the name of the archive that it is about.
    package static let suffix = ".receipt.json"

    package let payloadType: String
    /// The receipt's JSON in base64.
    package let payload: String
    package let signatures: [Signature]

    /// Signs a receipt.
    ///
    /// - Parameters:
    ///   - body: the receipt as JSON.
    ///   - key: the short name of the key that signs.
    ///   - sign: makes the signature of these bytes.
    /// - Throws: what `sign` throws.
    package init(body: Data, key: String, sign: (_ message: [UInt8]) throws -> [UInt8]) rethrows {
        payloadType = Self.mediaType
        payload = body.base64EncodedString()
        let signature = try sign(Self.message(Self.mediaType, body))
        signatures = [Signature(keyid: key, sig: Data(signature).base64EncodedString())]
    }

    /// Reads a receipt; its signature is checked by `signer`.
    ///
    /// - Parameter path: of the receipt's file.
    /// - Throws: `ReceiptError.notAReceipt`.
    package init(file path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw ReceiptError.notAReceipt(path, reason: "there is no such file")
        }
        do {
            self = try JSONDecoder().decode(SignedReceipt.self, from: Data(contentsOf: URL(filePath: path)))
        } catch {
            throw ReceiptError.notAReceipt(path, reason: "it cannot be read as a signed receipt")
        }
        guard payloadType == Self.mediaType else {
            throw ReceiptError.notAReceipt(path, reason: "it holds \(payloadType)")
        }
    }

    /// The whole envelope as JSON, as it stands in files.
    /// - Throws: what the encoder throws.
    package func envelope() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// The receipt's JSON; nil when its base64 is damaged.
    package var body: Data? { Data(base64Encoded: payload) }

    /// The receipt's JSON as text.
    package var text: String? { body.flatMap { String(data: $0, encoding: .utf8) } }

    /// The facts that receipts of one archive have in common; nil when it is no JSON of that kind.
    package var statement: ReceiptStatement? {
        body.flatMap { try? JSONDecoder().decode(ReceiptStatement.self, from: $0) }
    }

    /// Whether the owner of a public key signed the receipt.
    ///
    /// - Parameter path: of the public key in PEM.
    /// - Returns: false also for a receipt that was changed since.
    /// - Throws: `ReceiptError.noKey`.
    package func isSigned(byKeyIn path: String) throws -> Bool { try signer(byKeyIn: path) != nil }

    /// The short name of a public key, if its owner signed the receipt.
    ///
    /// - Parameter path: of the public key in PEM.
    /// - Returns: nil also for a receipt that was changed since.
    /// - Throws: `ReceiptError.noKey`.
    package func signer(byKeyIn path: String) throws -> String? {
        let key = try ReceiptPublicKey(file: path)
        guard let body else { return nil }
        let message = Self.message(payloadType, body)
        let isSigned = signatures.contains { signature in
            Data(base64Encoded: signature.sig).map { key.hasSigned(message, $0) } ?? false
        }
        return isSigned ? key.id : nil
    }

    /// The bytes that are signed: DSSE's pre-authentication encoding.
    private static func message(_ type: String, _ body: Data) -> [UInt8] {
        Array("DSSEv1 \(type.utf8.count) \(type) \(body.count) ".utf8) + body
    }
}
