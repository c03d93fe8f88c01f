import Crypto
import FleetTools
import Foundation

/// A receipt with its signature, as an envelope of DSSE 1.0 (Dead Simple Signing Envelope).
package struct SignedReceipt: Sendable, Codable, Equatable {
    package struct Signature: Sendable, Codable, Equatable {
        package let keyid: String
        /// In base64.
        package let sig: String
    }

    package static let mediaType = "application/vnd.hubfleet.home-receipt+json"

    package let payloadType: String
    /// JSON in base64.
    package let payload: String
    package let signatures: [Signature]

    package init(_ receipt: some Encodable, key: ReceiptKey) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        let body = try encoder.encode(receipt)
        payloadType = Self.mediaType
        payload = body.base64EncodedString()
        let signature = try key.sign(Self.signed(payloadType, Array(body)))
        signatures = [Signature(keyid: key.id, sig: Data(signature).base64EncodedString())]
    }

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

    /// - Throws: `FileError`.
    package func write(to path: String) throws {
        try FileWriting.write(try envelope() + "\n", to: path, permissions: 0o644)
    }

    /// All of it as JSON, as it stands in files.
    package func envelope() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// What it says, as a receipt of one home; nil for other receipts.
    package var receipt: HomeReceipt? {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return Data(base64Encoded: payload).flatMap { try? decoder.decode(HomeReceipt.self, from: $0) }
    }

    /// What it says, as JSON.
    package var text: String? { Data(base64Encoded: payload).flatMap { String(data: $0, encoding: .utf8) } }

    /// Whether the owner of this public key signed it.
    ///
    /// `path`: of the public key in PEM.
    /// Throws `ReceiptError.noKey`.
    package func isSigned(byKeyIn path: String) throws -> Bool { try signer(byKeyIn: path) != nil }

    /// The short name of this public key, if its owner signed it.
    ///
    /// `path`: of the public key in PEM.
    /// Throws `ReceiptError.noKey`.
    package func signer(byKeyIn path: String) throws -> String? {
        let key = try ReceiptKey.publicKey(file: path)
        guard let body = Data(base64Encoded: payload) else { return nil }
        let signed = Self.signed(payloadType, Array(body))
        let isSigned = signatures.contains { signature in
            Data(base64Encoded: signature.sig).map { key.isValidSignature($0, for: signed) } ?? false
        }
        return isSigned ? ReceiptKey.id(key) : nil
    }

    /// The bytes that are signed: DSSE's pre-authentication encoding.
    private static func signed(_ type: String, _ body: [UInt8]) -> [UInt8] {
        Array("DSSEv1 \(type.utf8.count) \(type) \(body.count) ".utf8) + body
    }
}
