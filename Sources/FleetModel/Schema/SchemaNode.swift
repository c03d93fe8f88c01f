/// One schema of a compiled `JSONSchema`. Schemas name each other by their index, so that they may be recursive.
final class SchemaNode: Sendable {
    enum Form: Sendable {
        /// `true` or `false`.
        case always(Bool)
        /// `$ref`, beside which nothing else counts.
        case reference(Int)
        case rules
    }

    let place: SchemaPlace
    let form: Form
    /// Whether a mistake in it is left out, so that nobody can say what it would accept.
    let isBroken: Bool
    let types: ValueTypes?
    /// `const` and `enum`; the value must be among those of both.
    let choices: [SchemaChoices]
    let number: NumberRules?
    let text: TextRules?
    let list: ListRules?
    let map: MapRules?
    let combined: CombinedRules?

    /// A schema of one answer, or one that stands for another.
    init(_ place: SchemaPlace, _ form: Form, isBroken: Bool = false) {
        self.isBroken = isBroken
        self.place = place
        self.form = form
        types = nil
        choices = []
        number = nil
        text = nil
        list = nil
        map = nil
        combined = nil
    }

    /// Reads the keywords of a map.
    init(_ keywords: SchemaKeywords) {
        place = keywords.place
        form = .rules
        types = keywords.types()
        choices = keywords.choices()
        number = NumberRules(keywords)
        text = TextRules(keywords)
        list = ListRules(keywords)
        map = MapRules(keywords)
        combined = CombinedRules(keywords)
        keywords.compileDefinitions()
        isBroken = keywords.hasMistakes
    }

    /// Whether the answer may depend on what a scalar is.
    var looksAtScalars: Bool { types != nil || !choices.isEmpty || number != nil || text != nil }
}

/// The types of draft-07. A whole number has two.
struct ValueTypes: OptionSet, Hashable {
    let rawValue: UInt8

    static let null = ValueTypes(rawValue: 1)
    static let boolean = ValueTypes(rawValue: 2)
    static let integer = ValueTypes(rawValue: 4)
    static let number = ValueTypes(rawValue: 8)
    static let string = ValueTypes(rawValue: 16)
    static let array = ValueTypes(rawValue: 32)
    static let object = ValueTypes(rawValue: 64)

    /// In the order and the words of messages.
    static let named: [(name: String, type: ValueTypes, words: String)] = [
        ("string", .string, "text"), ("boolean", .boolean, "true or false"), ("integer", .integer, "a whole number"),
        ("number", .number, "a number"), ("array", .array, "a list"), ("object", .object, "a map"),
        ("null", .null, "empty"),
    ]

    static let scalars: ValueTypes = [.null, .boolean, .integer, .number, .string]

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The types that a value counts as.
    init(of content: Value.Content) {
        switch content {
        case .null: self = .null
        case .bool: self = .boolean
        case .integer, .unsigned: self = [.integer, .number]
        // 1.0 is a whole number.
        case .float(let float): self = float.truncatingRemainder(dividingBy: 1) == 0 ? [.integer, .number] : .number
        case .string: self = .string
        case .list: self = .array
        case .map: self = .object
        case .secret: self = []
        }
    }

    /// "text or a list".
    var words: String {
        Self.named.filter { contains($0.type) && !($0.type == .integer && contains(.number)) }.map(\.words).alternatives
    }
}

/// `enum` or `const`.
struct SchemaChoices: Sendable {
    let keyword: String
    let values: [Value]
    let keys: Set<ComparableValue>

    init(keyword: String, _ values: [Value]) {
        self.keyword = keyword
        self.values = values
        keys = Set(values.compactMap { ComparableValue($0, reveals: true) })
    }
}

extension Collection<String> {
    /// "a", "a or b", "a, b or c".
    var alternatives: String { joined(before: "or") }

    func joined(before word: String) -> String {
        let all = Array(self)
        guard all.count > 1, let last = all.last else { return all.first ?? "" }
        return "\(all.dropLast().joined(separator: ", ")) \(word) \(last)"
    }
}
