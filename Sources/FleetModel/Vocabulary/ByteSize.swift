import Foundation

/// Amounts of memory as JupyterHub's spawners read them.
///
/// Source: `ByteSpecification` in `jupyterhub.traitlets` of jupyterhub 5.4.
package enum ByteSize {
    private static let units: [Character: Double] = [
        "K": 1024, "M": 1_048_576, "G": 1_073_741_824, "T": 1_099_511_627_776,
    ]

    /// Bytes: a number, or text that ends with K, M, G or T, which are powers of 1024.
    /// - Returns: nil for what the spawner refuses, or what says nothing.
    package static func jupyterHub(_ value: Value) -> Double? {
        value.amount(jupyterHub)
    }

    /// Bytes of text such as `512M` or `1.5G`.
    /// - Returns: nil for what the spawner refuses: no unit, another unit such as `Gi`, no number before it.
    package static func jupyterHub(_ text: String) -> Double? {
        guard let last = text.last, let unit = units[last] else { return nil }
        // Python allows spaces around a number, but no hexadecimal one, and turns neither "nan" nor "inf" into bytes.
        let number = text.dropLast().trimmingCharacters(in: .whitespaces)
        guard number.allSatisfy({ "0123456789.eE+-".contains($0) }), let amount = Double(number) else { return nil }
        let bytes = amount * unit
        return bytes.isFinite ? bytes : nil
    }
}
