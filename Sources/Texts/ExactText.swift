import Foundation

/// Text that is told apart by its bytes: the name of a user, a hub or a file, the key of a map.
///
/// For `String`, texts that Unicode holds equal are one, such as an `é` of one scalar and one of two. For disks, hubs, Helm
/// and JSON they are two. So whatever is looked up, compared or sorted by a name is so by this type. It is `Codable` as a
/// plain string.
package struct ExactText: Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    package let text: String

    package init(_ text: some StringProtocol) { self.text = String(text) }
    package init(stringLiteral text: String) { self.text = text }

    package var description: String { text }
    package var isEmpty: Bool { text.isEmpty }
    package var utf8: String.UTF8View { text.utf8 }

    /// Gives the bytes to `body`, which is as fast as it can be: texts are compared millions of times.
    private func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        if let result = text.utf8.withContiguousStorageIfAvailable({ body(UnsafeRawBufferPointer($0)) }) {
            return result
        }
        return Array(text.utf8).withUnsafeBytes(body)
    }

    /// The order of two texts: negative, zero or positive.
    private static func order(_ left: ExactText, _ right: ExactText) -> Int {
        left.withBytes { left in
            right.withBytes { right in
                let common = min(left.count, right.count)
                if common > 0, let one = left.baseAddress, let other = right.baseAddress {
                    let order = memcmp(one, other, common)
                    if order != 0 { return Int(order) }
                }
                return left.count - right.count
            }
        }
    }
}

extension ExactText: Hashable, Comparable {
    package static func == (left: ExactText, right: ExactText) -> Bool {
        left.text.utf8.count == right.text.utf8.count && order(left, right) == 0
    }

    package static func < (left: ExactText, right: ExactText) -> Bool { order(left, right) < 0 }

    package func hash(into hasher: inout Hasher) {
        withBytes { hasher.combine(bytes: $0) }
        // Else two texts in a row would be what one of both is.
        hasher.combine(0xFF as UInt8)
    }
}

// MARK: - Parts

/// Beginnings and ends are looked for by bytes, too: a letter may join what stands before it into one character.
extension ExactText {
    package func hasPrefix(_ prefix: ExactText) -> Bool { text.utf8.starts(with: prefix.text.utf8) }

    package func hasSuffix(_ suffix: ExactText) -> Bool {
        text.utf8.count >= suffix.text.utf8.count
            && text.utf8.suffix(suffix.text.utf8.count).elementsEqual(suffix.text.utf8)
    }

    /// The rest behind a beginning; nil when it begins otherwise.
    package func without(prefix: ExactText) -> ExactText? {
        hasPrefix(prefix) ? ExactText(Substring(text.utf8.dropFirst(prefix.text.utf8.count))) : nil
    }

    /// The rest before an end; nil when it ends otherwise.
    package func without(suffix: ExactText) -> ExactText? {
        hasSuffix(suffix) ? ExactText(Substring(text.utf8.dropLast(suffix.text.utf8.count))) : nil
    }

    /// The rest behind the first place of a mark; nil without one.
    package func rest(behind mark: ExactText) -> ExactText? {
        let (bytes, sought) = (text.utf8, mark.text.utf8)
        let start = bytes.indices.first { bytes[$0...].starts(with: sought) }
        return start.map { ExactText(Substring(bytes[$0...].dropFirst(sought.count))) }
    }

    /// The parts between the bytes of an ASCII sign such as `/`, also the empty ones.
    package func split(at sign: Unicode.Scalar) -> [ExactText] {
        text.utf8.split(omittingEmptySubsequences: false) { $0 == UInt8(ascii: sign) }.map { ExactText(Substring($0)) }
    }
}

// MARK: - Codable

extension ExactText: Codable, CodingKeyRepresentable {
    package init(from decoder: any Decoder) throws { text = try decoder.singleValueContainer().decode(String.self) }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    package var codingKey: any CodingKey { Key(stringValue: text) }

    package init?(codingKey: some CodingKey) { text = codingKey.stringValue }

    /// A key of a dictionary.
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

// MARK: - Lists of texts

extension String {
    /// The text as what it is looked up, compared and sorted by.
    package var exact: ExactText { ExactText(self) }
}

extension Sequence<String> {
    /// In the order of their bytes, which tells apart what Unicode holds equal.
    package func sortedByBytes() -> [String] { map(\.exact).sorted().map(\.text) }
}
