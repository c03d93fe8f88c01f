import OrderedCollections
import Texts

/// One node of a tree of configuration: what it holds and the place that set it.
package struct Value: Sendable, Equatable {
    package enum Content: Sendable {
        case null
        case bool(Bool)
        case integer(Int)
        /// An integer too large for `Int`, as Helm reads it.
        case unsigned(UInt64)
        case float(Double)
        case string(String)
        /// A scalar of an encrypted layer; it shows itself as `•••`.
        indirect case secret(Secret)
        case list([Value])
        case map(ValueMap)
    }

    package var content: Content
    package let location: SourceLocation

    package init(_ content: Content, at location: SourceLocation) {
        self.content = content
        self.location = location
    }
}

extension Value.Content: Equatable {
    /// As Helm compares: text by its bytes.
    package static func == (left: Value.Content, right: Value.Content) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.unsigned(let left), .unsigned(let right)): left == right
        case (.float(let left), .float(let right)): left == right
        case (.string(let left), .string(let right)): left.exact == right.exact
        case (.secret(let left), .secret(let right)): left == right
        case (.list(let left), .list(let right)): left == right
        case (.map(let left), .map(let right)): left == right
        default: false
        }
    }
}

extension Value {
    package var map: ValueMap? {
        if case .map(let map) = content { map } else { nil }
    }

    package var list: [Value]? {
        if case .list(let list) = content { list } else { nil }
    }

    package var string: String? {
        if case .string(let string) = content { string } else { nil }
    }

    package var bool: Bool? {
        if case .bool(let bool) = content { bool } else { nil }
    }

    package var integer: Int? {
        if case .integer(let integer) = content { integer } else { nil }
    }

    package var isNull: Bool { content == .null }

    /// Whether this or anything below it is secret.
    package var containsSecret: Bool {
        switch content {
        case .secret: true
        case .list(let list): list.contains(where: \.containsSecret)
        case .map(let map): map.entries.contains { $0.value.containsSecret }
        default: false
        }
    }

    /// The kind of content in the words of a message: "a map", "text", ….
    package var kind: String {
        switch content {
        case .null: "empty"
        case .bool: "true/false"
        case .integer, .unsigned: "a whole number"
        case .float: "a number"
        case .string: "text"
        case .secret: "a secret"
        case .list: "a list"
        case .map: "a map"
        }
    }

    /// The value at the end of a path of map keys, or nil where the path leaves the tree.
    package subscript(path: String...) -> Value? { self[path: path] }

    package subscript(path path: [String]) -> Value? {
        path.reduce(self) { value, key in value?.map?[key] }
    }
}

/// A map of configuration in the order of its file; each key knows its own place. Keys are told apart by their bytes, as
/// Helm does.
package struct ValueMap: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        package let keyLocation: SourceLocation
        package var value: Value
    }

    private var storage: OrderedDictionary<ExactText, Entry> = [:]

    package init() {}

    package var isEmpty: Bool { storage.isEmpty }
    package var count: Int { storage.count }
    package var keys: OrderedSet<ExactText> { storage.keys }
    package var entries: OrderedDictionary<ExactText, Entry>.Values { storage.values }

    package subscript(key: ExactText) -> Value? { storage[key]?.value }

    package func entry(_ key: ExactText) -> Entry? { storage[key] }

    package mutating func set(_ key: ExactText, to value: Value, keyLocation: SourceLocation) {
        storage[key] = Entry(keyLocation: keyLocation, value: value)
    }

    package mutating func remove(_ key: ExactText) {
        storage[key] = nil
    }
}

/// The same with a key at hand as a `String`.
extension ValueMap {
    package subscript(key: String) -> Value? { self[key.exact] }

    package func entry(_ key: String) -> Entry? { entry(key.exact) }

    package mutating func set(_ key: String, to value: Value, keyLocation: SourceLocation) {
        set(key.exact, to: value, keyLocation: keyLocation)
    }

    package mutating func remove(_ key: String) { remove(key.exact) }
}

extension ValueMap: Sequence {
    package func makeIterator() -> some IteratorProtocol<(key: String, value: Value)> {
        storage.lazy.map { (key: $0.key.text, value: $0.value.value) }.makeIterator()
    }
}
