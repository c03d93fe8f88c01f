/// What nodes of a cloud can hold, by the name of their type.
///
/// Only families with a plain rule are here; a type that is not known is not judged, and whether a cloud sells each size
/// is not asked. Kubernetes keeps a part of each node for itself, so a server that only just fits may still not.
package enum NodeType {
    package typealias Capacity = (cpus: Double, memoryGiB: Double)

    /// The names of families by what they have in common.
    static func table<Key: Hashable & Sendable>(_ rows: [(Key, String)]) -> [String: Key] {
        rows.reduce(into: [:]) { table, row in
            for name in row.1.split(whereSeparator: \.isWhitespace) { table[String(name)] = row.0 }
        }
    }

    /// A whole number without a sign or leading zeros, from one on.
    static func count(_ text: Substring, most: Int) -> Int? {
        guard text.allSatisfy({ $0.isASCII && $0.isNumber }), !text.hasPrefix("0"), let number = Int(text),
            number <= most
        else { return nil }
        return number
    }
}
