/// The words of a piece of Python, without comments and spaces: enough to see what it assigns.
///
/// It never fails: what is no Python gives words as well.
struct PythonTokens {
    enum Token: Equatable {
        /// A name, a keyword or a number.
        case name(String)
        /// The text of a string, without quotes.
        case string(String)
        /// A sign, such as `.`; `=` and what ends with it, such as `+=`, are `assign`.
        case sign(Character)
        case assign
        case comparison
    }

    struct Word {
        let token: Token
        /// Whether it is the first of a line without indentation.
        let startsStatement: Bool
    }

    private var rest: Substring.UnicodeScalarView
    private var isLineStart = true

    static func words(of text: String) -> [Word] {
        var reader = PythonTokens(text)
        var words: [Word] = []
        while let word = reader.next() { words.append(word) }
        return words
    }

    private init(_ text: String) { rest = Substring(text).unicodeScalars }

    private mutating func next() -> Word? {
        while let scalar = rest.first {
            let starts = isLineStart
            switch scalar {
            case "\n":
                isLineStart = true
                rest.removeFirst()
            case "#": rest = rest.drop { $0 != "\n" }
            case " ", "\t", "\r", "\\":
                isLineStart = false
                rest.removeFirst()
            default:
                isLineStart = false
                return Word(token: token(scalar), startsStatement: starts)
            }
        }
        return nil
    }

    private mutating func token(_ first: Unicode.Scalar) -> Token {
        if first == "\"" || first == "'" { return .string(string(quote: first)) }
        let name = rest.prefix { $0 == "_" || $0.properties.isAlphabetic || $0.properties.numericType != nil }
        if !name.isEmpty {
            rest = rest.dropFirst(name.count)
            if let quote = rest.first, quote == "\"" || quote == "'", name.count <= 2,
                name.allSatisfy({ "rbfuRBFU".unicodeScalars.contains($0) })
            {
                return .string(string(quote: quote))
            }
            return .name(String(name))
        }
        rest.removeFirst()
        guard rest.first == "=" else { return first == "=" ? .assign : .sign(Character(first)) }
        switch first {
        case "=", "!", "<", ">":
            rest.removeFirst()
            return .comparison
        case "+", "-", "*", "/", "%", "&", "|", "^", "@":
            rest.removeFirst()
            return .assign
        default: return .sign(Character(first))
        }
    }

    /// Takes a string whose quote comes next; one that does not end goes to the end of the text.
    private mutating func string(quote: Unicode.Scalar) -> String {
        let isTriple = rest.starts(with: [quote, quote, quote])
        rest = rest.dropFirst(isTriple ? 3 : 1)
        var text = String.UnicodeScalarView()
        while let scalar = rest.first {
            if isTriple ? rest.starts(with: [quote, quote, quote]) : scalar == quote {
                rest = rest.dropFirst(isTriple ? 3 : 1)
                break
            }
            rest.removeFirst()
            if scalar == "\\", let escaped = rest.popFirst() {
                text.append(escaped)
            } else {
                text.append(scalar)
            }
        }
        return String(text)
    }
}
