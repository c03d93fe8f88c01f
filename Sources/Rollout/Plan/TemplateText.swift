import Foundation
import Texts

/// The text of a template, as far as its comments and what it reads can be told without rendering it.
struct TemplateText: Sendable {
    private let text: String

    init(_ bytes: [UInt8]) {
        text = String(decoding: bytes, as: UTF8.self)
    }

    /// Whether templates are defined in it that others may include.
    var definesOthers: Bool { text.contains("define") }

    /// The names of fields of the chart that it prints; nil when it hands on all of them.
    var chartFields: Set<ExactText>? {
        var fields: Set<ExactText> = []
        for use in text.matches(of: /\.Chart(?![A-Za-z0-9_])(?:\.(\w+))?/) {
            guard let field = use.output.1 else { return nil }
            fields.insert(ExactText(field))
        }
        return fields
    }

    /// The beginnings of the paths of the chart's files that it reads; nil when they cannot be told.
    var fileBeginnings: [ExactText]? {
        // What `tpl` renders is a template that stands in values.
        guard text.firstMatch(of: /(?:^|[^A-Za-z0-9_.])tpl\s/) == nil else { return nil }
        let listing = /range\s+(\$\w+)\s*,\s*\$\w+\s*:=\s*[$.\w]*\.Files\.Glob/
        let listed = Set(text.matches(of: listing).map { ExactText($0.output.1) })
        var beginnings: [ExactText] = []
        for use in text.matches(of: /\.Files(?![A-Za-z0-9_])(?:\.(Get|Glob|Lines)\s+)?/) {
            let rest = text[use.range.upperBound...]
            guard use.output.1 != nil, let first = rest.first else { return nil }
            if first == "\"" || first == "`" {
                beginnings.append(ExactText(rest.dropFirst().prefix { $0 != first && !"*?[{\\".contains($0) }))
            } else if first != "$"
                || !listed.contains(
                    ExactText("$" + rest.dropFirst().prefix { $0.isLetter || $0 == "_" || $0.isNumber }))
            {
                return nil
            }
        }
        return beginnings
    }

    /// The bytes of a template with empty comments: Helm renders both alike.
    static func withoutComments(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var place = 0
        func starts(_ text: StaticString, at place: Int) -> Bool {
            let end = place + text.utf8CodeUnitCount
            return end <= bytes.count && text.withUTF8Buffer { $0.elementsEqual(bytes[place..<end]) }
        }
        while place < bytes.count {
            guard starts("{{", at: place) else {
                result.append(bytes[place])
                place += 1
                continue
            }
            let opening = starts("{{- ", at: place) ? 4 : 2
            guard starts("/*", at: place + opening) else {
                let end = endOfAction(bytes, from: place)
                result += bytes[place..<end]
                place = end
                continue
            }
            result += bytes[place..<(place + opening + 2)]
            place += opening + 2
            while place < bytes.count, !starts("*/", at: place) { place += 1 }
        }
        return result
    }

    /// The place behind an action, whose texts may hold what ends one.
    private static func endOfAction(_ bytes: [UInt8], from start: Int) -> Int {
        var place = start + 2
        var quote: UInt8?
        while place < bytes.count {
            let byte = bytes[place]
            if let open = quote {
                if byte == UInt8(ascii: "\\"), open != UInt8(ascii: "`") {
                    place += 1
                } else if byte == open {
                    quote = nil
                }
            } else if [UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`")].contains(byte) {
                quote = byte
            } else if byte == UInt8(ascii: "}"), place + 1 < bytes.count, bytes[place + 1] == UInt8(ascii: "}") {
                return place + 2
            }
            place += 1
        }
        return bytes.count
    }
}
