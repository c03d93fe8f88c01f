import Foundation

/// Amounts as Kubernetes writes them.
///
/// Source: Kubernetes' page on quantities of its API, and `resource.ParseQuantity`.
package enum Quantity {
    private static let binary: [Substring: Double] = [
        "Ki": 0x1p10, "Mi": 0x1p20, "Gi": 0x1p30, "Ti": 0x1p40, "Pi": 0x1p50, "Ei": 0x1p60,
    ]
    private static let decimal: [Substring: Double] = [
        "n": 1e-9, "u": 1e-6, "m": 1e-3, "": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
    ]

    /// Bytes, processors or pieces: a number, or text such as `1Gi`, `500m`, `1.5` or `2e3`.
    /// - Returns: nil for what Kubernetes refuses, what says nothing, and what no number can hold.
    package static func kubernetes(_ value: Value) -> Double? {
        value.amount(kubernetes)
    }

    /// Bytes, processors or pieces of text such as `1Gi`, `500m`, `1.5` or `2e3`.
    /// - Returns: nil for what Kubernetes refuses and what no number can hold.
    package static func kubernetes(_ text: String) -> Double? {
        let unsigned = text.first.map("+-".contains) == true ? text.dropFirst() : text[...]
        let digits = unsigned.prefix { isDigit($0) || $0 == "." }
        guard digits.contains(where: isDigit), digits.count(where: { $0 == "." }) <= 1,
            let number = Double(digits.hasSuffix(".") ? digits + "0" : "0" + digits),
            let scale = scale(of: unsigned.dropFirst(digits.count))
        else { return nil }
        let amount = number * scale
        guard amount.isFinite else { return nil }
        return text.hasPrefix("-") ? -amount : amount
    }

    private static func scale(of suffix: Substring) -> Double? {
        if let known = binary[suffix] ?? decimal[suffix] { return known }
        guard let first = suffix.first, first == "e" || first == "E" else { return nil }
        let exponent = suffix.dropFirst()
        let digits = exponent.first.map("+-".contains) == true ? exponent.dropFirst() : exponent
        guard !digits.isEmpty, digits.allSatisfy(isDigit), let power = Int(exponent), (-300...300).contains(power)
        else {
            return nil
        }
        return pow(10, Double(power))
    }

    private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }
}
