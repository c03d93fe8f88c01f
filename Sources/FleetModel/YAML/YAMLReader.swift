import Foundation
import Texts

/// Reads one YAML document into a tree in which every key and value knows its place.
///
/// It reads what Helm reads, and reports everything that is wrong in one pass: syntax, duplicate keys with both places,
/// unknown aliases, keys that are no text. Only the first document of a file counts, as for Helm 3; Helm 4 lays the others
/// over it, so a second one is an error.
package struct YAMLReader: ~Copyable {
    /// What a file holds: its tree (nil when it is empty or unreadable) and what is wrong with it.
    package struct Document: Sendable {
        package let root: Value?
        package let findings: [Finding]
        /// The places of values with an anchor that an alias repeats.
        package let repeated: Set<SourceLocation>
        /// The places of nulls that nobody wrote: there is nothing behind a colon or a dash.
        package let empty: Set<SourceLocation>

        package init(
            root: Value?, findings: [Finding], repeated: Set<SourceLocation> = [], empty: Set<SourceLocation> = []
        ) {
            self.root = root
            self.findings = findings
            self.repeated = repeated
            self.empty = empty
        }
    }

    /// Deeper trees are refused: no real file needs them, and they exhaust the stack.
    static let maximumDepth = 100
    /// Nodes that aliases may multiply a file into; more is an attack ("billion laughs"). go-yaml has a limit like it.
    static let maximumNodes = 1_000_000

    private let file: String
    private let hidesScalars: Bool
    private var events: YAMLEvents
    private var findings: [Finding] = []
    private var anchors: [ExactText: (value: Value, nodes: Int)] = [:]
    private var openAnchors: Set<ExactText> = []
    private var repeated: Set<SourceLocation> = []
    private var empty: Set<SourceLocation> = []
    private var nodes = 0

    /// Reads the UTF-8 text of a file; `file` is its path as places show it. `hidesScalars` makes a secret of every
    /// scalar, for files that are encrypted.
    package static func read(_ bytes: some Collection<UInt8>, file: String, hidesScalars: Bool = false) -> Document {
        var reader = YAMLReader(bytes, file: file, hidesScalars: hidesScalars)
        return reader.readDocument()
    }

    package static func read(_ text: String, file: String) -> Document {
        read(Array(text.utf8), file: file)
    }

    private init(_ bytes: some Collection<UInt8>, file: String, hidesScalars: Bool) {
        self.file = file
        self.hidesScalars = hidesScalars
        events = YAMLEvents(bytes)
    }

    private enum Stop: Error {
        case syntax(YAMLEvents.SyntaxError)
        case tooDeep(SourceLocation)
        case tooLarge(SourceLocation)
    }

    private mutating func readDocument() -> Document {
        var root: Value?
        do {
            root = try readRoot()
        } catch {
            report(error)
        }
        return Document(root: root, findings: findings, repeated: repeated, empty: empty)
    }

    private mutating func report(_ stop: Stop) {
        switch stop {
        case .syntax(let error): report("yaml/syntax", error.problem, at: location(error.line, error.column))
        case .tooDeep(let place):
            report("yaml/too-deep", "nested deeper than \(Self.maximumDepth) levels", at: place)
        case .tooLarge(let place):
            report(
                "yaml/too-large", "this file has more than \(Self.maximumNodes) values, counting what aliases repeat",
                at: place)
        }
    }

    private mutating func readRoot() throws(Stop) -> Value? {
        var root: Value?
        var documents = 0
        while true {
            let event = try next()
            switch event.kind {
            case .streamEnd: return root
            case .documentStart:
                documents += 1
                if documents == 2 {
                    try reportSecond(event)
                    return root
                }
            case .streamStart, .documentEnd: continue
            default: root = try readNode(event, depth: 0)
            }
        }
    }

    /// A second document. One that holds nothing harms nobody.
    private mutating func reportSecond(_ start: YAMLEvents.Event) throws(Stop) {
        if case .scalar(let text, _) = try next().kind, text.isEmpty {
            report(
                "yaml/several-documents", "a second document starts here, with nothing in it", severity: .warning,
                advice: "remove the `---`", at: location(of: start))
            return
        }
        report(
            "yaml/several-documents",
            "a second document starts here: Helm 3 reads the first one alone, as Hubfleet does, Helm 4 lays this one over it",
            advice: "make one document of them", at: location(of: start))
    }

    private mutating func readNode(_ event: YAMLEvents.Event, depth: Int) throws(Stop) -> Value {
        let place = location(of: event)
        guard depth < Self.maximumDepth else { throw .tooDeep(place) }
        try count(1, at: place)
        let nodesBefore = nodes
        if let anchor = event.anchor?.exact { openAnchors.insert(anchor) }
        let value: Value
        switch event.kind {
        case .alias(let name): return try readAlias(name, at: place)
        case .sequenceStart: value = try readList(at: place, depth: depth)
        case .mappingStart: value = try readMap(at: place, depth: depth)
        case .scalar(let text, let isPlain):
            let scalar = YAMLTag.content(of: text, isPlain: isPlain, tag: event.tag)
            if isPlain, text.isEmpty { empty.insert(place) }
            value = Value(hidesScalars && scalar != .null ? .secret(Secret(hiding: scalar)) : scalar, at: place)
        default: value = Value(.null, at: place)
        }
        if let anchor = event.anchor?.exact {
            openAnchors.remove(anchor)
            anchors[anchor] = (value, nodes - nodesBefore + 1)
        }
        return value
    }

    private mutating func readAlias(_ name: String, at place: SourceLocation) throws(Stop) -> Value {
        guard let (value, size) = anchors[name.exact] else {
            let isOpen = openAnchors.contains(name.exact)
            report(
                "yaml/unknown-alias",
                isOpen ? "alias *\(name) contains itself" : "no anchor &\(name) stands before *\(name)", at: place)
            return Value(.null, at: place)
        }
        try count(size, at: place)
        repeated.insert(value.location)
        return value
    }

    private mutating func readList(at place: SourceLocation, depth: Int) throws(Stop) -> Value {
        var items: [Value] = []
        while true {
            let event = try next()
            if case .end = event.kind { return Value(.list(items), at: place) }
            items.append(try readNode(event, depth: depth + 1))
        }
    }

    private mutating func readMap(at place: SourceLocation, depth: Int) throws(Stop) -> Value {
        var map = ValueMap()
        // Keys that stand in this map itself; merged ones may be replaced without a word.
        var own: [ExactText: SourceLocation] = [:]
        while true {
            let event = try next()
            if case .end = event.kind { return Value(.map(map), at: place) }
            let keyPlace = location(of: event)
            let isMerge = YAMLTag.isMergeKey(event)
            let key = try readKey(event, depth: depth)
            let value = try readNode(try next(), depth: depth + 1)
            if isMerge {
                merge(value, into: &map, own: own, at: keyPlace)
            } else if let key {
                if let first = own[key] {
                    report(
                        "yaml/duplicate-key", "key \"\(key)\" stands twice in this map",
                        advice: "keep one of them", at: keyPlace, related: [first])
                }
                own[key] = keyPlace
                map.set(key, to: value, keyLocation: keyPlace)
            }
        }
    }

    /// The text of a key; nil, with a finding, when it is no scalar. Numbers and booleans become text, as in JSON.
    private mutating func readKey(_ event: YAMLEvents.Event, depth: Int) throws(Stop) -> ExactText? {
        let place = location(of: event)
        if case .scalar(let text, let isPlain) = event.kind {
            try count(1, at: place)
            let content = YAMLTag.content(of: text, isPlain: isPlain, tag: event.tag)
            if let anchor = event.anchor?.exact { anchors[anchor] = (Value(content, at: place), 1) }
            if let key = YAMLTag.key(content) { return key.exact }
        } else {
            let value = try readNode(event, depth: depth + 1)
            if case .alias = event.kind, let key = YAMLTag.key(value.content) { return key.exact }
        }
        report("yaml/key-type", "a key must be text", advice: "put it in quotes", at: place)
        return nil
    }

    /// A merge key (`<<: *base`), as Helm's library takes it: it replaces what stands before it, and what stands after
    /// it wins over it. Of several maps the earlier ones win.
    private mutating func merge(
        _ value: Value, into map: inout ValueMap, own: [ExactText: SourceLocation], at place: SourceLocation
    ) {
        switch value.content {
        case .map(let base):
            for key in base.keys {
                guard let entry = base.entry(key) else { continue }
                if let replaced = own[key] {
                    report(
                        "yaml/merge-order", "`<<` replaces \"\(key)\", because it stands behind it",
                        severity: .warning, advice: "put `<<` first", at: place, related: [replaced])
                }
                map.set(key, to: entry.value, keyLocation: entry.keyLocation)
            }
        case .list(let bases):
            for base in bases.reversed() { merge(base, into: &map, own: own, at: place) }
        default:
            report("yaml/merge-key", "`<<` needs a map or a list of maps, not \(value.kind)", at: value.location)
        }
    }

    private mutating func next() throws(Stop) -> YAMLEvents.Event {
        do { return try events.next() } catch { throw .syntax(error) }
    }

    private mutating func count(_ more: Int, at place: SourceLocation) throws(Stop) {
        nodes += more
        if nodes > Self.maximumNodes { throw .tooLarge(place) }
    }

    private func location(of event: YAMLEvents.Event) -> SourceLocation { location(event.line, event.column) }

    private func location(_ line: Int, _ column: Int) -> SourceLocation {
        SourceLocation(file: file, line: line, column: column)
    }

    private mutating func report(
        _ rule: String, _ message: String, severity: Finding.Severity = .error, advice: String? = nil,
        at place: SourceLocation, related: [SourceLocation] = []
    ) {
        findings.append(Finding(severity, rule: rule, message, advice: advice, at: place, related: related))
    }
}
