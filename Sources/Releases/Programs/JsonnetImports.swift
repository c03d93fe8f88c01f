import Texts

/// The files that a jsonnet file names after `import`, `importstr` and `importbin`. They are literals: jsonnet refuses paths
/// that are computed, so all of them can be found before it runs.
///
/// Source: the lexer of go-jsonnet 0.21 and of jsonnet 0.20. Where nobody knows how jsonnet reads a file that is no jsonnet,
/// more is found rather than less.
enum JsonnetImports {
    struct Import: Equatable {
        /// As it is written, without escapes.
        let path: String
        /// Whether the file is jsonnet itself, and may import more.
        let isCode: Bool
        let line: Int
        /// In characters of the file, from 1.
        let column: Int
    }

    static func find(in bytes: [UInt8]) -> [Import] {
        var reader = Reader(scalars: Array(String(decoding: bytes, as: UTF8.self).unicodeScalars))
        var imports: [Import] = []
        while reader.skipToToken() {
            let start = reader.place
            guard let word = reader.word() else {
                if reader.text() == nil { reader.place += 1 }
                continue
            }
            guard ["import", "importstr", "importbin"].contains(word), reader.skipToToken() else { continue }
            let place = reader.place
            guard let path = reader.text() else {
                reader.place = max(place, start + 1)
                continue
            }
            let (line, column) = reader.position(of: place)
            imports.append(Import(path: path, isCode: word == "import", line: line, column: column))
        }
        return imports
    }

    private struct Reader {
        let scalars: [Unicode.Scalar]
        var place = 0

        private func starts(_ text: String) -> Bool {
            scalars[place...].starts(with: text.unicodeScalars)
        }

        private mutating func skip(to end: (Unicode.Scalar) -> Bool) {
            while place < scalars.count, !end(scalars[place]) { place += 1 }
        }

        /// Skips spaces and comments.
        /// - Returns: whether anything follows.
        mutating func skipToToken() -> Bool {
            while place < scalars.count {
                if scalars[place].properties.isWhitespace {
                    place += 1
                } else if starts("#") || starts("//") {
                    skip { $0 == "\n" }
                } else if starts("/*") {
                    place += 2
                    while place < scalars.count, !starts("*/") { place += 1 }
                    place = min(place + 2, scalars.count)
                } else {
                    return true
                }
            }
            return false
        }

        /// A name or a keyword.
        mutating func word() -> String? {
            func isLetter(_ scalar: Unicode.Scalar) -> Bool {
                scalar == "_" || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
            }
            guard isLetter(scalars[place]) else { return nil }
            let start = place
            skip { !isLetter($0) && !("0"..."9").contains($0) }
            return String(String.UnicodeScalarView(scalars[start..<place]))
        }

        /// A text, in any of its forms; a text block is skipped and empty.
        mutating func text() -> String? {
            if starts("|||") { return block() }
            let isVerbatim = starts("@\"") || starts("@'")
            let quote = isVerbatim ? scalars[place + 1] : scalars[place]
            guard quote == "\"" || quote == "'" else { return nil }
            place += isVerbatim ? 2 : 1
            return isVerbatim ? verbatim(quote) : escaped(quote)
        }

        private mutating func verbatim(_ quote: Unicode.Scalar) -> String {
            var text = String.UnicodeScalarView()
            while place < scalars.count {
                if scalars[place] == quote {
                    place += 1
                    // Two of them are one in the text.
                    guard place < scalars.count, scalars[place] == quote else { break }
                }
                text.append(scalars[place])
                place += 1
            }
            return String(text)
        }

        private mutating func escaped(_ quote: Unicode.Scalar) -> String {
            var units: [UInt16] = []
            while place < scalars.count, scalars[place] != quote {
                var scalar = scalars[place]
                if scalar == "\\", place + 1 < scalars.count {
                    place += 1
                    scalar = scalars[place]
                    if scalar == "u", let unit = unit(at: place + 1) {
                        units.append(unit)
                        place += 5
                        continue
                    }
                    scalar = Self.escapes[scalar] ?? scalar
                }
                units += Array(String(scalar).utf16)
                place += 1
            }
            place = min(place + 1, scalars.count)
            return String(decoding: units, as: UTF16.self)
        }

        private static let escapes: [Unicode.Scalar: Unicode.Scalar] = [
            "b": "\u{8}", "f": "\u{C}", "n": "\n", "r": "\r", "t": "\t",
        ]

        private func unit(at index: Int) -> UInt16? {
            guard index + 4 <= scalars.count else { return nil }
            return UInt16(String(String.UnicodeScalarView(scalars[index..<(index + 4)])), radix: 16)
        }

        /// A text block ends before the first line that is indented less than its first one.
        private mutating func block() -> String {
            let start = place
            skip { $0 == "\n" }
            skip { $0 != "\n" }
            let indent = scalars[place...].prefix { $0 == " " || $0 == "\t" }
            guard !indent.isEmpty else {
                // Jsonnet refuses it; what follows is looked at as it is.
                place = start + 3
                return ""
            }
            while place < scalars.count, scalars[place...].starts(with: indent) {
                skip { $0 == "\n" }
                skip { $0 != "\n" }
            }
            skip { $0 != " " && $0 != "\t" }
            if starts("|||") { place += 3 }
            return ""
        }

        /// The line and the column of a place, both from 1.
        func position(of place: Int) -> (line: Int, column: Int) {
            let before = scalars[..<place]
            let start = before.lastIndex(of: "\n").map { $0 + 1 } ?? 0
            return (before.count { $0 == "\n" } + 1, place - start + 1)
        }
    }
}
