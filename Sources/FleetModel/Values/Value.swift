import OrderedCollections

/// One node of a tree of configuration: what it holds and the place that set it.
package struct Value: Sendable, Equatable {
    package enum Content: Sendable, Equatable {
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

/// A map of configuration in the order of its file; each key knows its own place.
package struct ValueMap: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        package let keyLocation: SourceLocation
        package var value: Value
    }

    private var storage: OrderedDictionary<String, Entry> = [:]

    package init() {}

    package var isEmpty: Bool { storage.isEmpty }
    package var count: Int { storage.count }
    package var keys: OrderedSet<String> { storage.keys }
    package var entries: OrderedDictionary<String, Entry>.Values { storage.values }

    package subscript(key: String) -> Value? { storage[key]?.value }

    package func entry(_ key: String) -> Entry? { storage[key] }

    package mutating func set(_ key: String, to value: Value, keyLocation: SourceLocation) {
        storage[key] = Entry(keyLocation: keyLocation, value: value)
    }

    package mutating func remove(_ key: String) {
        storage[key] = nil
    }
}

extension ValueMap: Sequence {
    package func makeIterator() -> some IteratorProtocol<(key: String, value: Value)> {
        storage.lazy.map { (key: $0.key, value: $0.value.value) }.makeIterator()
    }
}
