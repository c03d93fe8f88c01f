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
        case sign(Unicode.Scalar)
        case assign
        case comparison
    }

    struct Word {
        let token: Token
        /// Whether it is the first of a line without indentation.
        let startsStatement: Bool
    }

    /// The bytes of UTF-8: the Python of charts is long, and each hub runs it.
    private let bytes: [UInt8]
    private var index = 0
    private var isLineStart = true

    static func words(of text: String) -> [Word] {
        var reader = PythonTokens(bytes: Array(text.utf8))
        var words: [Word] = []
        while let word = reader.next() { words.append(word) }
        return words
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var first: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func next() -> Word? {
        while let byte = first {
            let starts = isLineStart
            switch byte {
            case UInt8(ascii: "\n"):
                isLineStart = true
                index += 1
            case UInt8(ascii: "#"): skip { $0 != UInt8(ascii: "\n") }
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\\"):
                isLineStart = false
                index += 1
            default:
                isLineStart = false
                return Word(token: token(byte), startsStatement: starts)
            }
        }
        return nil
    }

    /// Goes on as long as bytes are what they should be.
    private mutating func skip(while holds: (UInt8) -> Bool) {
        while let byte = first, holds(byte) { index += 1 }
    }

    private mutating func token(_ start: UInt8) -> Token {
        if start.isQuote { return .string(string(quote: start)) }
        let begin = index
        skip(while: \.isOfName)
        if index > begin {
            let name = bytes[begin..<index]
            if let quote = first, quote.isQuote, name.count <= 2, name.allSatisfy(Self.prefixes.contains) {
                return .string(string(quote: quote))
            }
            return .name(String(decoding: name, as: UTF8.self))
        }
        index += 1
        let isEqualSign = start == UInt8(ascii: "=")
        let sign = Unicode.Scalar(start)
        guard first == UInt8(ascii: "=") else { return isEqualSign ? .assign : .sign(sign) }
        switch sign {
        case "=", "!", "<", ">":
            index += 1
            return .comparison
        case "+", "-", "*", "/", "%", "&", "|", "^", "@":
            index += 1
            return .assign
        default: return .sign(sign)
        }
    }

    /// Letters that may stand before a string.
    private static let prefixes = Set("rbfuRBFU".utf8)

    /// Takes a string whose quote comes next; one that does not end goes to the end of the text.
    private mutating func string(quote: UInt8) -> String {
        let isTriple = bytes[index...].starts(with: [quote, quote, quote])
        index += isTriple ? 3 : 1
        var text: [UInt8] = []
        while let byte = first {
            if byte == quote, !isTriple || bytes[index...].starts(with: [quote, quote, quote]) {
                index += isTriple ? 3 : 1
                break
            }
            index += 1
            if byte == UInt8(ascii: "\\"), let escaped = first {
                text.append(escaped)
                index += 1
            } else {
                text.append(byte)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var isQuote: Bool { self == UInt8(ascii: "\"") || self == UInt8(ascii: "'") }

    /// Whether it is of a name, a keyword or a number; all that is beyond ASCII can be.
    fileprivate var isOfName: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}
