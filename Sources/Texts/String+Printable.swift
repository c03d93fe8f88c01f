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
        guard hidesSomething else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            guard scalar.isHidden else { return text.unicodeScalars.append(scalar) }
            for unit in String(scalar).utf16 { text += "\\u" + Self.digits(UInt32(unit), count: 4) }
        }
    }

    /// The same for YAML, where texts that hide something stand in double quotes: `\u202E`.
    package var printableYAML: String {
        guard hidesSomething else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            guard scalar.isHidden else { return text.unicodeScalars.append(scalar) }
            // In capitals, as libyaml writes them.
            text +=
                scalar.value > 0xFFFF
                ? "\\U" + Self.digits(scalar.value, count: 8).uppercased()
                : "\\u" + Self.digits(scalar.value, count: 4).uppercased()
        }
    }

    /// Whether it holds signs beyond ASCII that cannot be seen.
    package var hidesSomething: Bool {
        utf8.contains { $0 >= 0x7F } && unicodeScalars.contains(where: \.isHidden)
    }

    /// The hexadecimal digits of a number, with zeros before them.
    private static func digits(_ number: UInt32, count: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: count - digits.count) + digits
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

    /// Line breaks and the like stand between the values of JSON and YAML, never inside.
    fileprivate var isHidden: Bool { value >= 0x7F && isInvisible }
}
