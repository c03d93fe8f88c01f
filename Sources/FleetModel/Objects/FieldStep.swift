import Texts

/// One step of the path of a field.
package enum FieldStep: Sendable, Hashable {
    /// A key of a map.
    case key(ExactText)
    /// An item of a list: `name=hub`, or a number.
    case item(ExactText)
    /// A key that must not be shown, or that is another one each time.
    case unnamed(ExactText)
    /// Into the tree that stands in a text.
    case inside
}

extension FieldPath {
    /// The steps of a path, as `FieldWalk` wrote it. Keys and labels that hold brackets are written in quotes, so there is
    /// one way to read each path.
    package static func steps(_ path: String) -> [FieldStep] {
        var reader = StepReader(scalars: Array(path.unicodeScalars))
        return reader.steps()
    }

    /// A label of an item as it may stand in brackets.
    static func label(_ text: String) -> String {
        text.unicodeScalars.contains { "[]\"".unicodeScalars.contains($0) } ? text.debugDescription : text
    }
}

private struct StepReader {
    let scalars: [Unicode.Scalar]
    private var position = 0

    init(scalars: [Unicode.Scalar]) {
        self.scalars = scalars
    }

    private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    mutating func steps() -> [FieldStep] {
        var steps: [FieldStep] = []
        while let scalar = next {
            switch scalar {
            case ":":
                position += 1
                steps.append(.inside)
            case "[":
                position += 1
                steps.append(bracket())
            case ".":
                position += 1
                steps.append(.key(text { ".[:".unicodeScalars.contains($0) }.exact))
            default: steps.append(.key(text { ".[:".unicodeScalars.contains($0) }.exact))
            }
        }
        return steps
    }

    /// What stands in brackets, of which the first was read.
    private mutating func bracket() -> FieldStep {
        defer { if next == "]" { position += 1 } }
        if next == "\"" { return .key(quoted().exact) }
        let label = text { "=]".unicodeScalars.contains($0) }
        guard next == "=" else {
            let isNumber = label.utf8.allSatisfy { (0x30...0x39).contains($0) }
            return isNumber ? .item(label.exact) : .unnamed(label.exact)
        }
        position += 1
        let value = next == "\"" ? quoted() : text { $0 == "]" }
        return .item("\(label)=\(value)".exact)
    }

    private mutating func text(until isEnd: (Unicode.Scalar) -> Bool) -> String {
        var text = ""
        while let scalar = next, !isEnd(scalar) {
            text.unicodeScalars.append(scalar)
            position += 1
        }
        return text
    }

    /// A text as `debugDescription` writes it.
    private mutating func quoted() -> String {
        var text = ""
        position += 1
        while let scalar = next, scalar != "\"" {
            position += 1
            guard scalar == "\\", let sign = next else {
                text.unicodeScalars.append(scalar)
                continue
            }
            position += 1
            text.unicodeScalars.append(escaped(sign))
        }
        position += 1
        return text
    }

    private mutating func escaped(_ sign: Unicode.Scalar) -> Unicode.Scalar {
        switch sign {
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "0": return "\0"
        case "u":
            // Such as `\u{202E}`.
            position += 1
            let digits = text { $0 == "}" }
            position += 1
            return UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init) ?? "\u{FFFD}"
        default: return sign
        }
    }
}
