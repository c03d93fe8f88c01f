/// Names of files are bytes; people and archives want text.
package enum ByteText {
    /// The bytes as text. Bytes that are not UTF-8, and control characters, become `%XX`, and so does `%` before what
    /// would look like one, so that no two names give the same text.
    package static func readable(_ bytes: [UInt8]) -> String {
        // Nearly all names are plain, and there are millions of them.
        if bytes.allSatisfy(isPlain) { return String(decoding: bytes, as: UTF8.self) }
        var text = ""
        var rest = bytes[...]
        while let first = rest.first {
            if let scalar = leadingScalar(rest), scalar.properties.generalCategory != .control, scalar != "%" {
                text.unicodeScalars.append(scalar)
                rest = rest.dropFirst(String(scalar).utf8.count)
            } else {
                text += first == UInt8(ascii: "%") && !looksEscaped(rest) ? "%" : "%" + hexadecimal(first)
                rest = rest.dropFirst()
            }
        }
        return text
    }

    /// The text of `readable` as UTF-8.
    package static func readableBytes(_ bytes: [UInt8]) -> [UInt8] {
        bytes.allSatisfy(isPlain) ? bytes : Array(readable(bytes).utf8)
    }

    /// Whether the bytes are UTF-8.
    static func isUnicode(_ bytes: [UInt8]) -> Bool {
        bytes.allSatisfy { $0 < 0x80 } || String(validating: bytes, as: UTF8.self) != nil
    }

    /// A text that stands for bytes that are no UTF-8: each such byte becomes the replacement character and two digits. What
    /// would look so becomes it, too, so that no two names give the same text. Nil when the bytes are their own text.
    static func unicode(_ bytes: [UInt8]) -> [UInt8]? {
        let mark = Array("\u{FFFD}".utf8)
        if bytes.allSatisfy({ $0 < 0x80 }) { return nil }
        var text: [UInt8] = []
        var rest = bytes[...]
        while let first = rest.first {
            let count = leadingScalar(rest).map { String($0).utf8.count }
            let isMark = rest.starts(with: mark) && isHexadecimal(rest.dropFirst(mark.count).prefix(2))
            if let count, !isMark {
                text += rest.prefix(count)
                rest = rest.dropFirst(count)
            } else {
                text += mark + Array(hexadecimal(first).utf8)
                rest = rest.dropFirst()
            }
        }
        return text == bytes ? nil : text
    }

    /// The bytes for which `unicode` made a text.
    static func bytes(unicode text: [UInt8]) -> [UInt8] {
        let mark = Array("\u{FFFD}".utf8)
        guard text.contains(0xEF) else { return text }
        var bytes: [UInt8] = []
        var rest = text[...]
        while let first = rest.first {
            let digits = rest.dropFirst(mark.count).prefix(2)
            if rest.starts(with: mark), isHexadecimal(digits),
                let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                bytes.append(byte)
                rest = rest.dropFirst(mark.count + 2)
            } else {
                bytes.append(first)
                rest = rest.dropFirst()
            }
        }
        return bytes
    }

    private static func isPlain(_ byte: UInt8) -> Bool { byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "%") }

    /// The bytes that `readable` made this text of.
    package static func bytes(_ readable: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = readable[...]
        while let first = rest.first {
            if first == UInt8(ascii: "%"), looksEscaped(rest),
                let byte = UInt8(String(decoding: rest.dropFirst().prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(byte)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(first)
                rest = rest.dropFirst()
            }
        }
        return bytes
    }

    /// Two upper case digits.
    package static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.count == 1 ? "0" + digits : digits
    }

    /// Lower case digits of a digest.
    package static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        appendHexadecimal(bytes, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Adds the same to a text.
    package static func appendHexadecimal(_ bytes: some Sequence<UInt8>, to text: inout [UInt8]) {
        func digit(_ value: UInt8) -> UInt8 { value + (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10) }
        for byte in bytes {
            text.append(digit(byte >> 4))
            text.append(digit(byte & 15))
        }
    }

    private static func looksEscaped(_ bytes: ArraySlice<UInt8>) -> Bool {
        isHexadecimal(bytes.dropFirst().prefix(2))
    }

    private static func isHexadecimal(_ digits: ArraySlice<UInt8>) -> Bool {
        digits.count == 2 && digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
    }

    private static func leadingScalar(_ bytes: ArraySlice<UInt8>) -> Unicode.Scalar? {
        var iterator = bytes.prefix(4).makeIterator()
        var decoder = Unicode.UTF8()
        if case .scalarValue(let scalar) = decoder.decode(&iterator) { return scalar }
        return nil
    }
}
