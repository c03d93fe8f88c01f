import Foundation

/// A regular expression of a schema, with the meaning that it has for Helm, whose library is Go's: `$` is the very end
/// of the text, `\d`, `\s` and `\w` are ASCII, and a bracket within brackets is a bracket.
struct SchemaPattern: Sendable {
    let source: String
    /// Nil for a pattern that everything matches, such as `.*`, which charts use for "any key".
    private let expression: NSRegularExpression?

    init?(_ source: String) {
        self.source = source
        if ["", "^", ".*", "^.*"].contains(source) {
            expression = nil
            return
        }
        let translated = Self.translated(source)
        guard let expression = try? NSRegularExpression(pattern: translated, options: .useUnixLineSeparators) else {
            return nil
        }
        self.expression = expression
    }

    func matches(_ text: String) -> Bool {
        guard let expression else { return true }
        let range = NSRange(location: 0, length: text.utf16.count)
        return expression.rangeOfFirstMatch(in: text, range: range).location != NSNotFound
    }

    /// Foundation's regular expressions (ICU's) say the same thing in other words.
    private static func translated(_ source: String) -> String {
        var result = ""
        var isEscaped = false
        var isClass = false
        var isClassStart = false
        for character in source.unicodeScalars {
            let startsClass = isClassStart
            isClassStart = false
            if isEscaped {
                isEscaped = false
                result += escape(character, isClass: isClass)
            } else if character == "\\" {
                isEscaped = true
            } else if isClass {
                isClassStart = startsClass && character == "^"
                if character == "]", !startsClass { isClass = false }
                result += startsClass && character == "]" || "[&".unicodeScalars.contains(character) ? "\\" : ""
                result.unicodeScalars.append(character)
            } else {
                isClass = character == "["
                isClassStart = isClass
                result += character == "$" ? "\\z" : String(character)
            }
        }
        return isEscaped ? result + "\\" : result
    }

    private static func escape(_ character: Unicode.Scalar, isClass: Bool) -> String {
        let set: String? =
            switch character {
            case "d", "D": "0-9"
            case "w", "W": "0-9A-Za-z_"
            case "s", "S": "\\t\\n\\f\\r "
            default: nil
            }
        guard let set else { return "\\\(character)" }
        if character.properties.isUppercase { return "[^\(set)]" }
        return isClass ? set : "[\(set)]"
    }
}
