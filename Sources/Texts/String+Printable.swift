extension String {
    /// The text as people are shown it, on a terminal, in a log or on a page: what cannot be seen is written as `\u{202E}`.
    ///
    /// Control characters steer a terminal, marks of direction let a name read as another one, and signs without a width
    /// make two names look alike. Names of files hold any of them.
    package var printable: String {
        // Nearly all texts are plain.
        if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) || !unicodeScalars.contains(where: \.isInvisible) {
            return self
        }
        return unicodeScalars.reduce(into: "") { text, scalar in
            if scalar.isInvisible { text += scalar.escaped(asASCII: true) } else { text.unicodeScalars.append(scalar) }
        }
    }

    /// The same for a text of several lines, which it keeps.
    package var printableLines: String {
        utf8.contains(UInt8(ascii: "\n"))
            ? exact.split(at: "\n").map(\.text.printable).joined(separator: "\n") : printable
    }

    /// The same for JSON, which stays the same for programs: what cannot be seen becomes `\u202e`.
    package var printableJSON: String {
        guard utf8.contains(where: { $0 >= 0x7F }), unicodeScalars.contains(where: \.isHiddenInJSON) else {
            return self
        }
        return unicodeScalars.reduce(into: "") { text, scalar in
            guard scalar.isHiddenInJSON else { return text.unicodeScalars.append(scalar) }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
    }
}

extension Unicode.Scalar {
    /// Whether nothing of it is to be seen, or nobody knows what.
    fileprivate var isInvisible: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: true
        // Such as letters that fill a place. Those that say how the sign before them is drawn are a part of it.
        default: properties.isDefaultIgnorableCodePoint && !(0xFE00...0xFE0F).contains(value)
        }
    }

    /// Line breaks and the like stand between the values of JSON, never inside.
    fileprivate var isHiddenInJSON: Bool { value >= 0x7F && isInvisible }
}
