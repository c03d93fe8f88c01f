import Texts

/// A number that is compared by what it is, whatever it is written as: 1, 1.0 and an unsigned 1 are equal.
enum ExactNumber: Sendable, Hashable {
    case integer(Int)
    /// Above `Int.max`.
    case unsigned(UInt64)
    /// With a fraction, or beyond the others.
    case float(Double)

    /// - Returns: nil for what is no number.
    init?(_ content: Value.Content) {
        switch content {
        case .integer(let integer): self = .integer(integer)
        case .unsigned(let unsigned): self = Int(exactly: unsigned).map { .integer($0) } ?? .unsigned(unsigned)
        case .float(let float):
            if let integer = Int(exactly: float) {
                self = .integer(integer)
            } else {
                self = UInt64(exactly: float).map { .unsigned($0) } ?? .float(float)
            }
        default: return nil
        }
    }

    private var double: Double {
        switch self {
        case .integer(let integer): Double(integer)
        case .unsigned(let unsigned): Double(unsigned)
        case .float(let float): float
        }
    }

    var isPositive: Bool { double > 0 && double.isFinite }

    /// Exact: where one side is a float, it either has a fraction, and then both are exact as doubles or far apart, or it
    /// is beyond every integer.
    static func < (left: ExactNumber, right: ExactNumber) -> Bool {
        switch (left, right) {
        case (.integer(let left), .integer(let right)): left < right
        case (.unsigned(let left), .unsigned(let right)): left < right
        case (.integer, .unsigned): true
        case (.unsigned, .integer): false
        default: left.double < right.double
        }
    }

    static func <= (left: ExactNumber, right: ExactNumber) -> Bool { left == right || left < right }
}

// MARK: - Multiples

extension ExactNumber {
    /// Whether it is a multiple of another in decimals as they are written, so 0.07 is one of 0.01.
    func isMultiple(of other: ExactNumber) -> Bool {
        guard let number = decimal, let divisor = other.decimal, divisor.digits > 0 else { return false }
        guard number.digits > 0 else { return true }
        let shift = number.exponent - divisor.exponent
        if shift >= 0 { return Self.remainder(number.digits, timesTenTo: shift, by: divisor.digits) == 0 }
        var digits = divisor.digits
        for _ in 0..<(-shift) {
            let (product, overflow) = digits.multipliedReportingOverflow(by: 10)
            // A divisor above the number.
            if overflow { return false }
            digits = product
        }
        return number.digits % digits == 0
    }

    /// The magnitude as whole digits times a power of ten; nil for infinity and NaN.
    private var decimal: (digits: UInt64, exponent: Int)? {
        switch self {
        case .integer(let integer): return (UInt64(integer.magnitude), 0)
        case .unsigned(let unsigned): return (unsigned, 0)
        case .float(let float):
            guard float.isFinite else { return nil }
            // The shortest text that reads back as the same number, which is what people wrote.
            let parts = "\(float.magnitude)".split(separator: "e")
            let mantissa = parts[0].split(separator: ".")
            let fraction = mantissa.count > 1 && mantissa[1] != "0" ? mantissa[1] : ""
            guard let digits = UInt64(mantissa[0] + fraction) else { return nil }
            return (digits, (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) - fraction.count)
        }
    }

    private static func remainder(_ digits: UInt64, timesTenTo exponent: Int, by divisor: UInt64) -> UInt64 {
        var result = digits % divisor
        for _ in 0..<exponent where result != 0 {
            result = divisor.dividingFullWidth(result.multipliedFullWidth(by: 10)).remainder
        }
        return result
    }
}

/// A value without its places and without the form of its numbers: for `enum`, `const` and `uniqueItems`.
indirect enum ComparableValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(ExactNumber)
    case text(ExactText)
    case list([ComparableValue])
    case map([ExactText: ComparableValue])

    /// - Returns: nil when the value is, or holds, a secret that is not known or, without `reveals`, any secret.
    init?(_ value: Value, reveals: Bool) {
        self.init(value.content, reveals: reveals)
    }

    init?(_ content: Value.Content, reveals: Bool) {
        switch content {
        case .null: self = .null
        case .bool(let bool): self = .bool(bool)
        case .string(let text): self = .text(text.exact)
        case .secret(let secret):
            guard reveals, let content = secret.reveal() else { return nil }
            self.init(content, reveals: reveals)
        case .list(let list):
            let items = list.compactMap { ComparableValue($0, reveals: reveals) }
            guard items.count == list.count else { return nil }
            self = .list(items)
        case .map(let map):
            var members: [ExactText: ComparableValue] = [:]
            for (key, value) in map { members[key.exact] = ComparableValue(value, reveals: reveals) }
            guard members.count == map.count else { return nil }
            self = .map(members)
        case .integer, .unsigned, .float:
            guard let number = ExactNumber(content) else { return nil }
            self = .number(number)
        }
    }
}
