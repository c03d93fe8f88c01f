import Texts

/// Reads one map of a configuration file into typed fields and reports everything that is wrong with it at once:
/// missing keys, wrong types, and, at the end, keys that nobody asked for.
package struct RecordReader {
    let location: SourceLocation
    /// The path of the record in its file, for messages: `hubs[2].uptime_check`.
    let path: String
    private let map: ValueMap
    let findings: FindingCollector
    private var known: Set<ExactText> = []

    /// - Returns: nil, with a finding, when `value` is no map.
    init?(_ value: Value, path: String, findings: FindingCollector) {
        guard let map = value.map else {
            findings.report("type", "\(path) must be a map, not \(value.kind)", at: value.location)
            return nil
        }
        self.map = map
        self.path = path
        self.findings = findings
        location = value.location
    }

    /// The value of a key; nil when it is absent or empty, with a finding when it is required.
    mutating func value(_ key: String, required: Bool = false) -> Value? {
        known.insert(key.exact)
        if let value = map[key], !value.isNull { return value }
        guard required else { return nil }
        if let entry = map.entry(key) {
            findings.report("missing-key", "\(name(key)) is empty", advice: "give it a value", at: entry.keyLocation)
        } else {
            findings.report("missing-key", "\(name(key)) is missing", at: location)
        }
        return nil
    }

    mutating func string(_ key: String, required: Bool = false) -> Located<String>? {
        guard let value = value(key, required: required) else { return nil }
        return findings.string(value, named: name(key))
    }

    mutating func integer(_ key: String, required: Bool = false, in range: ClosedRange<Int>? = nil) -> Located<Int>? {
        guard let value = value(key, required: required) else { return nil }
        guard let number = value.integer else {
            findings.report("type", "\(name(key)) must be a whole number, not \(value.kind)", at: value.location)
            return nil
        }
        if let range, !range.contains(number) {
            findings.report(
                "value", "\(name(key)) is \(number), but must be from \(range.lowerBound) to \(range.upperBound)",
                at: value.location)
            return nil
        }
        return Located(number, at: value.location)
    }

    mutating func bool(_ key: String, required: Bool = false) -> Located<Bool>? {
        guard let value = value(key, required: required) else { return nil }
        guard let bool = value.bool else {
            findings.report("type", "\(name(key)) must be true or false, not \(value.kind)", at: value.location)
            return nil
        }
        return Located(bool, at: value.location)
    }

    mutating func choice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
        _ key: String, required: Bool = false
    ) -> Located<Choice>? {
        guard let text = string(key, required: required) else { return nil }
        guard let choice = Choice(rawValue: text.value) else {
            let names = Choice.allCases.map(\.rawValue)
            findings.report(
                "value", "\(name(key)) cannot be \"\(text.value)\"",
                advice: Suggestion.advice(for: text.value, among: names),
                at: text.location)
            return nil
        }
        return Located(choice, at: text.location)
    }

    mutating func strings(_ key: String, required: Bool = false) -> [Located<String>] {
        list(key, required: required).enumerated().compactMap { index, value in
            findings.string(value, named: "\(name(key))[\(index)]")
        }
    }

    mutating func list(_ key: String, required: Bool = false) -> [Value] {
        guard let value = value(key, required: required) else { return [] }
        guard let list = value.list else {
            findings.report("type", "\(name(key)) must be a list, not \(value.kind)", at: value.location)
            return []
        }
        return list
    }

    mutating func record(_ key: String, required: Bool = false) -> RecordReader? {
        guard let value = value(key, required: required) else { return nil }
        return RecordReader(value, path: name(key), findings: findings)
    }

    /// Whether a key is absent, or has nothing behind its colon.
    func isEmpty(_ key: String) -> Bool { map[key]?.isNull ?? true }

    /// Where a key stands, for findings about its value.
    func keyLocation(_ key: String) -> SourceLocation? { map.entry(key)?.keyLocation }

    /// Reports the keys that no call asked for.
    func reportUnknownKeys() {
        for key in map.keys where !known.contains(key) {
            findings.report(
                "unknown-key", "\(name(key.text)) is not a known key",
                advice: Suggestion.advice(for: key.text, among: known.map(\.text)),
                at: map.entry(key)?.keyLocation ?? location)
        }
    }

    private func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}
