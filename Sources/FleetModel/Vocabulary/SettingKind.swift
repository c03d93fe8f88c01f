import Texts

/// What a setting of JupyterHub, its spawner or a login may hold, as its package says it.
///
/// The words are those of `hub-settings.txt`, such as `list(text)` or `int?`. A null is never judged: what it does depends
/// on the chart.
indirect enum SettingKind: Sendable, Equatable {
    /// Not known, or really anything.
    case any
    case text, bool, integer, number
    /// A number of bytes, or text such as `2G`.
    case bytes
    /// Python alone can set it.
    case code
    /// Anything but a list or a map.
    case scalar
    case word([String])
    case list(SettingKind)
    case map(SettingKind)
    case either([SettingKind])

    /// Something in a value that the setting does not take.
    struct Mismatch {
        let value: Value
        /// Such as "text" or "a list".
        let wanted: String
    }

    /// Everything in a value that the setting does not take, each at its own place.
    func mismatches(in given: Value) -> [Mismatch] {
        let value = given.opened
        if case .secret = value.content { return [] }
        if value.isNull { return [] }
        switch self {
        case .list(let inner): return value.list.map { $0.flatMap(inner.mismatches) } ?? [mismatch(value)]
        case .map(let inner):
            return value.map.map { _ in value.pairs.flatMap { inner.mismatches(in: $0.value) } } ?? [mismatch(value)]
        case .either(let kinds):
            let each = kinds.map { $0.mismatches(in: value) }
            if each.contains(where: \.isEmpty) { return [] }
            // The alternative that has the form of the value says best what is wrong inside of it.
            return each.first { !$0.contains { $0.value.location == value.location && $0.value.kind == value.kind } }
                ?? [mismatch(value)]
        default: return takes(value) ? [] : [mismatch(value)]
        }
    }

    private func mismatch(_ value: Value) -> Mismatch { Mismatch(value: value, wanted: description) }

    /// Whether a scalar kind takes a value. Helm makes whole numbers of fractions without a rest, and traitlets takes 0 and
    /// 1 for truth values, and these for numbers.
    private func takes(_ value: Value) -> Bool {
        switch (self, value.content) {
        case (.any, _), (.text, .string), (.bool, .bool), (.integer, .integer), (.integer, .unsigned),
            (.integer, .bool), (.number, .integer), (.number, .unsigned), (.number, .float), (.number, .bool),
            (.bytes, .integer), (.bytes, .unsigned), (.bytes, .float), (.bytes, .bool):
            true
        case (.bool, .integer(let number)): number == 0 || number == 1
        case (.integer, .float(let number)): number == number.rounded()
        case (.bytes, .string(let text)): ByteSize.jupyterHub(text) != nil
        case (.scalar, _): value.list == nil && value.map == nil
        case (.word(let words), .string(let text)): words.contains { $0.exact == text.exact }
        default: false
        }
    }
}

extension SettingKind: CustomStringConvertible {
    /// In the words of a message, such as "a list of text".
    var description: String {
        switch self {
        case .any: "anything"
        case .text: "text"
        case .bool: "true or false"
        case .integer: "a whole number"
        case .number: "a number"
        case .bytes: "an amount such as 2G"
        case .code: "a function, which Python alone can give"
        case .scalar: "a single value"
        case .word(let words): words.joined(separator: " or ")
        case .list(.any), .list(.scalar): "a list"
        case .list(let inner): "a list of \(inner.plural)"
        case .map(.any): "a map"
        case .map(let inner): "a map of \(inner.plural)"
        case .either(let kinds): kinds.map(\.description).joined(separator: " or ")
        }
    }

    private var plural: String {
        switch self {
        case .list: "lists"
        case .map: "maps"
        case .either(let kinds): kinds.map(\.plural).joined(separator: " or ")
        default: description
        }
    }
}

// MARK: - Reading

extension SettingKind {
    /// Reads a word of the table; what it does not know is anything.
    init(_ word: some StringProtocol) {
        let alternatives = Self.alternatives(of: Substring(word))
        self = alternatives.count == 1 ? Self.single(alternatives[0]) : .either(alternatives.map { SettingKind($0) })
    }

    /// The parts between bars that stand in no brackets.
    private static func alternatives(of word: Substring) -> [Substring] {
        var parts: [Substring] = []
        var depth = 0
        var start = word.startIndex
        for index in word.indices {
            switch word[index] {
            case "(": depth += 1
            case ")": depth -= 1
            case "|" where depth == 0:
                parts.append(word[start..<index])
                start = word.index(after: index)
            default: break
            }
        }
        return parts + [word[start...]]
    }

    private static func single(_ word: Substring) -> SettingKind {
        let word = word.hasSuffix("?") ? word.dropLast() : word
        let name = word.prefix { $0 != "(" }
        let inside = word.dropFirst(name.count + 1).dropLast()
        let inner = inside.isEmpty ? SettingKind.any : SettingKind(inside)
        return switch name {
        case "text": .text
        case "bool": .bool
        case "int": .integer
        case "float": .number
        case "bytes": .bytes
        case "code": .code
        case "scalar": .scalar
        case "one": .word(inside.split(separator: ",").map(String.init))
        case "list": .list(inner)
        case "map": .map(inner)
        default: .any
        }
    }
}
