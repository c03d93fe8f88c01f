import Foundation
import Texts

/// A place in a schema document.
struct SchemaPlace: Sendable {
    let value: Value
    /// Where the key stands that leads to it.
    let keyLocation: SourceLocation
    /// The document, as messages name it.
    let document: String
    /// The JSON pointer from the root of the document: `/properties/hub`.
    let pointer: String
    /// The address that a `$ref` here is relative to.
    let base: String

    /// Unique among all places of all documents.
    var address: String { "\(document)#\(pointer)" }

    init(root value: Value, document: String, base: String) {
        self.init(value: value, keyLocation: value.location, document: document, pointer: "", base: base)
    }

    private init(value: Value, keyLocation: SourceLocation, document: String, pointer: String, base: String) {
        self.value = value
        self.keyLocation = keyLocation
        self.document = document
        self.pointer = pointer
        self.base = Self.identifier(of: value).map { SchemaAddress.resolve($0, against: base).document } ?? base
    }

    /// What `$id` says, unless a `$ref` beside it makes it void.
    static func identifier(of value: Value) -> String? { value["$ref"] == nil ? value["$id"]?.string : nil }

    func below(_ token: String, _ value: Value, at keyLocation: SourceLocation) -> SchemaPlace {
        return SchemaPlace(
            value: value, keyLocation: keyLocation, document: document, pointer: "\(pointer)/\(Self.escaped(token))",
            base: base)
    }

    /// A key as a token of a pointer. Scalars: what follows a `/` may join it into one character.
    private static func escaped(_ key: String) -> String {
        key.unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "~": text += "~0"
            case "/": text += "~1"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }

    /// The key that a token of a pointer means.
    fileprivate static func unescaped(_ token: String) -> String {
        var key = String.UnicodeScalarView()
        var isEscape = false
        for scalar in token.unicodeScalars {
            if isEscape, scalar == "0" || scalar == "1" {
                key.removeLast()
                key.append(scalar == "0" ? "~" : "/")
                isEscape = false
            } else {
                key.append(scalar)
                isEscape = scalar == "~"
            }
        }
        return String(key)
    }

    /// The place one step further, or nil when there is none.
    func below(_ token: String) -> SchemaPlace? {
        switch value.content {
        case .map(let map): return map.entry(token).map { below(token, $0.value, at: $0.keyLocation) }
        case .list(let list):
            guard let index = Int(token), list.indices.contains(index) else { return nil }
            return below(token, list[index], at: list[index].location)
        default: return nil
        }
    }

    func location(of keyword: String) -> SourceLocation { value.map?.entry(keyword)?.keyLocation ?? keyLocation }
}

/// Finds the schema that a `$ref` names, in the document itself and in those that were given with it.
struct SchemaRegistry {
    enum Resolution {
        case found(SchemaPlace)
        case noDocument(String)
        case noPlace(suggestion: String?)
    }

    let root: SchemaPlace
    /// Documents and schemas with an `$id`, by address; those with a name (`#name`) by address and name.
    private var places: [ExactText: SchemaPlace] = [:]

    init(_ root: Value, file: String, documents: [String: Value]) {
        let plain = CharacterSet.urlPathAllowed
        let base = "file:///\(file.addingPercentEncoding(withAllowedCharacters: plain) ?? "schema")"
        self.root = SchemaPlace(root: root, document: file, base: base)
        places[base.exact] = self.root
        register(self.root)
        for (address, document) in documents.sorted(by: { $0.key.exact < $1.key.exact }) {
            let address = SchemaAddress(address).document
            let place = SchemaPlace(root: document, document: address, base: address)
            add(place, as: address)
            register(place)
        }
    }

    private mutating func add(_ place: SchemaPlace, as address: String) {
        if places[address.exact] == nil { places[address.exact] = place }
    }

    /// Registers all identifiers of a document.
    private mutating func register(_ document: SchemaPlace) {
        var open = [(place: document, outer: document.base)]
        while let (place, outer) = open.popLast() {
            if let identifier = SchemaPlace.identifier(of: place.value) {
                let address = SchemaAddress.resolve(identifier, against: outer)
                add(place, as: address.description)
            }
            open += place.subschemas.map { ($0, place.base) }
        }
    }

    func resolve(_ reference: String, from place: SchemaPlace) -> Resolution {
        let address = SchemaAddress.resolve(reference, against: place.base)
        if let named = places[address.description.exact] { return .found(named) }
        guard let document = places[address.document.exact] else {
            return address.document.exact == place.base.exact
                ? .noPlace(suggestion: nil) : .noDocument(address.document)
        }
        guard let fragment = address.fragment?.removingPercentEncoding?.exact, fragment.hasPrefix("/") else {
            return (address.fragment ?? "").isEmpty ? .found(document) : .noPlace(suggestion: nil)
        }
        var target = document
        for token in fragment.split(at: "/").dropFirst() {
            let key = SchemaPlace.unescaped(token.text)
            guard let next = target.below(key) else {
                let close = Suggestion.closest(to: key, among: target.value.map.map { $0.keys.map(\.text) } ?? [])
                return .noPlace(suggestion: close.map { "#\(target.pointer)/\($0)" })
            }
            target = next
        }
        return .found(target)
    }
}

extension SchemaPlace {
    private static let single: Set<String> = [
        "items", "additionalItems", "contains", "additionalProperties", "propertyNames", "not", "if", "then", "else",
    ]
    private static let listed: Set<String> = ["items", "allOf", "anyOf", "oneOf"]
    private static let mapped: Set<String> = [
        "properties", "patternProperties", "dependencies", "definitions", "$defs",
    ]

    /// The schemas that are part of this one; not those in examples, constants and unknown keywords.
    fileprivate var subschemas: [SchemaPlace] {
        guard let map = value.map else { return [] }
        return map.keys.map(\.text).flatMap { keyword -> [SchemaPlace] in
            guard let inner = below(keyword) else { return [] }
            switch inner.value.content {
            case .map(let members) where Self.mapped.contains(keyword):
                return members.keys.compactMap { inner.below($0.text) }
            case .list(let list) where Self.listed.contains(keyword):
                return list.indices.compactMap { inner.below(String($0)) }
            case .map where Self.single.contains(keyword): return [inner]
            default: return []
            }
        }
    }
}
