import Foundation

/// What a plain (unquoted) scalar means, as Helm's YAML library reads it.
///
/// Helm reads YAML 1.1 through go-yaml v2: `yes`, `on` and `y` are true, `0777` is octal, `1_000` is a number, dates stay
/// text. Source: the resolver of sigs.k8s.io/yaml's go-yaml v2, checked against the real program in the tests.
enum YAMLScalar {
    static func resolve(_ text: String) -> Value.Content {
        guard let first = text.utf8.first else { return .null }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            return word(text) ?? number(text) ?? .string(text)
        default:
            return word(text) ?? .string(text)
        }
    }

    private static func word(_ text: String) -> Value.Content? {
        guard text.utf8.count <= 5 else { return nil }
        switch text {
        case "~", "null", "Null", "NULL": return .null
        case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": return .bool(true)
        case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": return .bool(false)
        case ".nan", ".NaN", ".NAN": return .float(.nan)
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .float(.infinity)
        case "-.inf", "-.Inf", "-.INF": return .float(-.infinity)
        default: return nil
        }
    }

    /// An integer in the bases of Go's `ParseInt(s, 0, 64)`, or a float of YAML's form.
    private static func number(_ text: String) -> Value.Content? {
        let plain = text.utf8.contains(UInt8(ascii: "_")) ? text.replacing("_", with: "") : text
        return integer(plain) ?? float(plain)
    }

    private static func integer(_ text: String) -> Value.Content? {
        let isNegative = text.hasPrefix("-")
        let digits = text.drop { $0 == "-" || $0 == "+" }
        guard text.count - digits.count <= 1, !digits.isEmpty else { return nil }
        let lower = digits.prefix(2).lowercased()
        let (base, magnitude): (Int, Substring) =
            switch lower {
            case "0x": (16, digits.dropFirst(2))
            case "0o": (8, digits.dropFirst(2))
            case "0b": (2, digits.dropFirst(2))
            default: digits.first == "0" && digits.count > 1 ? (8, digits.dropFirst()) : (10, digits)
            }
        guard magnitude.first?.isHexDigit == true, let value = UInt64(magnitude, radix: base) else { return nil }
        if isNegative {
            guard value <= UInt64(Int.max) + 1 else { return nil }
            return .integer(value == UInt64(Int.max) + 1 ? Int.min : -Int(value))
        }
        return Int(exactly: value).map { .integer($0) } ?? .unsigned(value)
    }

    /// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, without a regular expression for speed.
    private static func float(_ text: String) -> Value.Content? {
        var rest = Substring(text).utf8
        func skipDigits() -> Int {
            let count = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
            rest = rest.dropFirst(count)
            return count
        }
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest = rest.dropFirst() }
        let whole = skipDigits()
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            let fraction = skipDigits()
            guard whole + fraction > 0 else { return nil }
        } else if whole == 0 {
            return nil
        }
        if let mark = rest.first, mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest = rest.dropFirst() }
            guard skipDigits() > 0 else { return nil }
        }
        // A magnitude beyond Double is an error to Go's parser, which then leaves the text as it is.
        guard rest.isEmpty, let value = Double(text), value.isFinite else { return nil }
        return .float(value)
    }
}
