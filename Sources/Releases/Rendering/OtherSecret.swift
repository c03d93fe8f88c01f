import Crypto
import FleetModel
import Texts

/// Another secret of the same form: as long, with letters where letters are and digits where digits are, so that charts
/// take it as they take the real one.
enum OtherSecret {
    static func of(_ scalar: Value.Content) -> Value.Content {
        switch scalar {
        case .bool(let bool): .bool(!bool)
        case .integer(let number): .integer(number == .max ? number - 1 : number + 1)
        case .unsigned(let number): .unsigned(number == .max ? number - 1 : number + 1)
        case .float(let number): .float(number + 1)
        case .string(let text): .string(other(text))
        default: scalar
        }
    }

    /// Every letter and every digit is another one, and so are the first and the last sign, by which the secret could be
    /// told from what stands beside it.
    private static func other(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        guard !scalars.isEmpty else { return text }
        var result = scalars.map(next)
        for end in [0, scalars.count - 1] where result[end] == scalars[end] && !isBracket(scalars[end]) {
            result[end] = scalars[end] == "x" ? "y" : "x"
        }
        if result == scalars { result.insert("x", at: 0) }
        return result.reduce(into: "") { $0.unicodeScalars.append($1) }
    }

    private static func next(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "z": return "a"
        case "Z": return "A"
        case "9": return "0"
        case "a"..."y", "A"..."Y", "0"..."8": return Unicode.Scalar(scalar.value + 1) ?? scalar
        case "\u{E6}": return "\u{F8}"
        default: return scalar.properties.isAlphabetic ? "\u{E6}" : scalar
        }
    }

    /// Brackets and spaces make a text JSON.
    private static func isBracket(_ scalar: Unicode.Scalar) -> Bool { "{}[] \n\t".unicodeScalars.contains(scalar) }
}

/// What stands for a value of a file that could not be opened.
enum ClosedValue {
    /// The scalar itself where it is open; else one of the same type that is another one for another cipher text. Whether
    /// the value changed or was only encrypted anew, nobody can tell.
    static func standIn(for scalar: Value.Content?, at place: SourceLocation) -> Value.Content {
        guard let scalar else { return .string("closed-" + digest("\(place)").prefix(24)) }
        guard case .string(let text) = scalar, text.utf8.starts(with: "ENC[".utf8) else { return scalar }
        let digest = digest(text)
        let number = Int(digest.prefix(4), radix: 16) ?? 0
        if text.exact.hasSuffix("type:int]") { return .integer(1_000 + number) }
        if text.exact.hasSuffix("type:float]") { return .float(Double(1_000 + number)) }
        if text.exact.hasSuffix("type:bool]") { return .bool(true) }
        return .string("closed-" + digest.prefix(24))
    }

    private static func digest(_ text: String) -> String { SHA256.hash(data: Array(text.utf8)).hexadecimal }
}
