import Foundation

/// Keys as PEM writes them: base64 between two lines.
package enum PEM {
    /// A key as a text.
    ///
    /// - Parameters:
    ///   - kind: such as `PUBLIC KEY`.
    ///   - bytes: of the key.
    /// - Returns: three lines.
    package static func text(_ kind: String, _ bytes: [UInt8]) -> String {
        "-----BEGIN \(kind)-----\n\(Data(bytes).base64EncodedString())\n-----END \(kind)-----\n"
    }

    /// The bytes of the key in a file.
    ///
    /// - Parameters:
    ///   - kind: such as `PUBLIC KEY`.
    ///   - path: of the file.
    /// - Returns: nil when the file holds no key of this kind.
    /// - Throws: `ReceiptError.noKey` when the file cannot be read.
    package static func bytes(_ kind: String, file path: String) throws -> [UInt8]? {
        guard FileManager.default.fileExists(atPath: path) else {
            throw ReceiptError.noKey(path, reason: "there is no such file")
        }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ReceiptError.noKey(path, reason: "it cannot be read")
        }
        guard let start = text.range(of: "-----BEGIN \(kind)-----"), let end = text.range(of: "-----END \(kind)-----"),
            start.upperBound <= end.lowerBound
        else { return nil }
        return Data(base64Encoded: text[start.upperBound..<end.lowerBound].filter { !$0.isWhitespace }).map(Array.init)
    }
}
