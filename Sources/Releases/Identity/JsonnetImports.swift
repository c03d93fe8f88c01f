import FleetModel
import Texts

/// The files that a jsonnet file imports. Their names are literals of the language, so they are known before it runs.
/// Source: the jsonnet specification, "Imports"; the importer of go-jsonnet 0.21.
struct JsonnetImports {
    /// No real file imports more.
    private static let maximumFiles = 1_000

    /// All files that are looked for when a file is rendered, with what tells each from others: those that it imports,
    /// and those that these import.
    ///
    /// - Parameters:
    ///   - file: the file that is rendered; its folder is also the library path.
    ///   - source: the fleet.
    /// - Returns: identities by path; one that is not there has none. What lies outside of the fleet is left out.
    static func all(of file: String, in source: any FleetSource) async -> [ExactText: FileIdentity?] {
        var found: [ExactText: FileIdentity?] = [:]
        var open = [file]
        let library = folder(of: file)
        while let next = open.popLast(), found.count < maximumFiles {
            guard let bytes = await source.contents(next) else { continue }
            for literal in JsonnetScanner.imports(in: bytes) {
                let places = [folder(of: next), library].compactMap { path(literal.path, in: $0) }
                for place in places {
                    let isKnown = found.keys.contains(place.exact)
                    let identity = await source.identity(place)
                    found.updateValue(identity, forKey: place.exact)
                    guard identity != nil else { continue }
                    if !isKnown, literal.isCode { open.append(place) }
                    // The first place where it lies is the one.
                    break
                }
            }
        }
        return found
    }

    private static func folder(of file: String) -> [String] { FleetPath.names(in: file).dropLast() }

    /// A path below the root of the fleet; nil when it leads out.
    private static func path(_ name: String, in folder: [String]) -> String? {
        guard name.utf8.first != UInt8(ascii: "/") else { return nil }
        var parts = folder
        for part in FleetPath.names(in: name) {
            if part != ".." {
                parts.append(part)
            } else if parts.popLast() == nil {
                return nil
            }
        }
        return FleetPath(parts: parts).description
    }
}

/// Reads the tokens of jsonnet as far as it takes to find imports.
struct JsonnetScanner {
    /// One import.
    struct Import: Equatable {
        let path: String
        /// Whether the file is jsonnet itself, and not taken as text or bytes.
        let isCode: Bool
    }

    private let bytes: [UInt8]
    private var place = 0
    private var found: [Import] = []
    /// Whether an import stands before the next token, and whether it is one of code.
    private var pending: Bool?

    /// The imports of a text, in its order.
    static func imports(in bytes: [UInt8]) -> [Import] {
        var scanner = JsonnetScanner(bytes)
        while scanner.place < bytes.count { scanner.next() }
        return scanner.found
    }

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    private func at(_ text: StaticString) -> Bool {
        let end = place + text.utf8CodeUnitCount
        guard end <= bytes.count else { return false }
        return text.withUTF8Buffer { $0.elementsEqual(bytes[place..<end]) }
    }

    private mutating func next() {
        let byte = bytes[place]
        if at("//") || byte == UInt8(ascii: "#") {
            skip { $0 != UInt8(ascii: "\n") }
        } else if at("/*") {
            place += 2
            while place < bytes.count, !at("*/") { place += 1 }
            place += 2
        } else if at("|||") {
            skipBlock()
        } else if at("@'") || at("@\"") {
            place += 1
            readString(isVerbatim: true)
        } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
            readString(isVerbatim: false)
        } else if Self.isLetter(byte) {
            readWord()
        } else {
            // An import may stand in brackets, and its name may not.
            if !Self.isSpace(byte) { pending = nil }
            place += 1
        }
    }

    private mutating func skip(while isWanted: (UInt8) -> Bool) {
        while place < bytes.count, isWanted(bytes[place]) { place += 1 }
    }

    private mutating func readWord() {
        let start = place
        skip { Self.isLetter($0) }
        let word = bytes[start..<place]
        pending =
            word.elementsEqual("import".utf8)
            ? true : word.elementsEqual("importstr".utf8) || word.elementsEqual("importbin".utf8) ? false : nil
    }

    /// A block of text ends at a line that begins with fewer spaces, and with its mark.
    private mutating func skipBlock() {
        pending = nil
        place += 3
        while place < bytes.count {
            skip { $0 != UInt8(ascii: "\n") }
            place += 1
            skip { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            if at("|||") {
                place += 3
                return
            }
        }
    }

    private mutating func readString(isVerbatim: Bool) {
        let quote = bytes[place]
        var text: [UInt8] = []
        place += 1
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            if byte == quote {
                // In a verbatim text, two quotes are one.
                guard isVerbatim, place < bytes.count, bytes[place] == quote else { break }
                place += 1
                text.append(quote)
            } else if byte == UInt8(ascii: "\\"), !isVerbatim {
                readEscape(into: &text)
            } else {
                text.append(byte)
            }
        }
        if let isCode = pending { found.append(Import(path: String(decoding: text, as: UTF8.self), isCode: isCode)) }
        pending = nil
    }

    private mutating func readEscape(into text: inout [UInt8]) {
        guard place < bytes.count else { return }
        let byte = bytes[place]
        place += 1
        guard byte == UInt8(ascii: "u"), place + 4 <= bytes.count,
            let number = UInt32(String(decoding: bytes[place..<(place + 4)], as: UTF8.self), radix: 16),
            let scalar = Unicode.Scalar(number)
        else {
            let known: [UInt8: UInt8] = [
                UInt8(ascii: "n"): 0x0A, UInt8(ascii: "t"): 0x09, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "b"): 0x08,
                UInt8(ascii: "f"): 0x0C,
            ]
            text.append(known[byte] ?? byte)
            return
        }
        place += 4
        text += Array(String(Character(scalar)).utf8)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
