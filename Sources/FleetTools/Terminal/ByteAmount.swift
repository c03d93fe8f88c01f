/// Amounts of bytes for people.
package enum ByteAmount {
    private static let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]

    /// Such as `512 B`, `1.5 KiB` or `23 GiB`: powers of 1024, two or three digits.
    package static func text(_ bytes: Int64) -> String {
        let sign = bytes < 0 ? "-" : ""
        var amount = Double(bytes.magnitude)
        guard amount >= 1024 else { return "\(sign)\(bytes.magnitude) B" }
        var unit = -1
        // What would be rounded to 1024 is one of the next unit.
        while amount >= 1023.5, unit < units.count - 1 {
            amount /= 1024
            unit += 1
        }
        return "\(sign)\(digits(amount)) \(units[unit])"
    }

    private static func digits(_ amount: Double) -> String {
        let tenths = Int64((amount * 10).rounded())
        return tenths < 100 ? "\(tenths / 10).\(tenths % 10)" : "\(Int64(amount.rounded()))"
    }
}
