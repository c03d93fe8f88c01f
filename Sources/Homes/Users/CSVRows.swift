/// The rows of a CSV text, with the place of each field.
struct CSVRows {
    /// A field and its place.
    struct Field: Equatable {
        var text: String
        /// Counted from 1, in characters of the encoding.
        let column: Int
        var isQuoted = false
    }

    /// A row and its line, counted from 1.
    struct Row: Equatable {
        let line: Int
        var fields: [Field]
    }

    /// A fault and its place, counted from 1.
    struct Fault: Equatable {
        let line: Int
        let column: Int
        let what: UserMapFault.What
    }

    private(set) var rows: [Row] = []
    private(set) var faults: [Fault] = []

    private let text: [Unicode.Scalar]
    private var next = 0
    private var line = 1
    private var lineStart = 0
    private var column: Int { next - lineStart + 1 }

    /// Reads all rows that are neither empty nor begin with `#`.
    init(_ text: String) {
        self.text = Array(text.unicodeScalars)
        if self.text.first == "\u{FEFF}" {
            next = 1
            lineStart = 1
        }
        while next < self.text.count { readRow() }
    }

    private mutating func readRow() {
        var row = Row(line: line, fields: [])
        if text[next] == "#" {
            while next < text.count, !isBreak { next += 1 }
            return skipBreak()
        }
        while true {
            row.fields.append(readField())
            guard next < text.count, text[next] == "," else { break }
            next += 1
        }
        skipBreak()
        if row.fields.count > 1 || row.fields[0].isQuoted || !row.fields[0].text.isEmpty { rows.append(row) }
    }

    private var isBreak: Bool { text[next] == "\n" || text[next] == "\r" }

    private mutating func skipBreak() {
        guard next < text.count, isBreak else { return }
        next += text[next] == "\r" && next + 1 < text.count && text[next + 1] == "\n" ? 2 : 1
        line += 1
        lineStart = next
    }

    private mutating func readField() -> Field {
        while next < text.count, text[next] == " " || text[next] == "\t" { next += 1 }
        if next < text.count, text[next] == "\"" { return readQuoted() }
        var field = Field(text: "", column: column)
        var didComplain = false
        while next < text.count, text[next] != ",", !isBreak {
            if text[next] == "\"", !didComplain {
                complain(.quoteInName)
                didComplain = true
            }
            field.text.unicodeScalars.append(text[next])
            next += 1
        }
        while let last = field.text.unicodeScalars.last, last == " " || last == "\t" {
            field.text.unicodeScalars.removeLast()
        }
        return field
    }

    private mutating func readQuoted() -> Field {
        var field = Field(text: "", column: column, isQuoted: true)
        let start = (line, column)
        next += 1
        while true {
            guard next < text.count, !isBreak else {
                faults.append(Fault(line: start.0, column: start.1, what: .openQuote))
                return field
            }
            if text[next] == "\"" {
                guard next + 1 < text.count, text[next + 1] == "\"" else { break }
                next += 1
            }
            field.text.unicodeScalars.append(text[next])
            next += 1
        }
        next += 1
        while next < text.count, text[next] == " " || text[next] == "\t" { next += 1 }
        if next < text.count, text[next] != ",", !isBreak {
            complain(.textBehindQuote)
            while next < text.count, text[next] != ",", !isBreak { next += 1 }
        }
        return field
    }

    private mutating func complain(_ what: UserMapFault.What) {
        faults.append(Fault(line: line, column: column, what: what))
    }
}
