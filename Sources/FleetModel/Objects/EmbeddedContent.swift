import Foundation
import Texts

/// Trees that stand in a text of an object, such as a file of a ConfigMap.
enum EmbeddedContent {
    /// The tree of a text that its name calls YAML or JSON, or that is JSON; nil for any other.
    ///
    /// A text without such a name may look like YAML and be Python: its comments would be lost.
    static func tree(of text: String, named name: String) -> Value? {
        let isYAML = [".yaml", ".yml", ".json"].contains { name.exact.hasSuffix($0.exact) }
        guard isYAML || isJSON(text) else { return nil }
        let document = YAMLReader.read(text, file: name)
        guard let root = document.root, document.findings.isEmpty else { return nil }
        switch root.content {
        case .map(let map) where !map.isEmpty: return root
        case .list(let list) where !list.isEmpty: return root
        default: return nil
        }
    }

    private static func isJSON(_ text: String) -> Bool {
        let first = text.utf8.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { return false }
        return (try? JSONSerialization.jsonObject(with: Data(text.utf8))) != nil
    }
}

extension KubernetesObject {
    /// The object as a person would write it: what Secrets hold is text, where it is text at all.
    var plainBody: Value {
        guard identity.kind == "Secret", identity.group.isEmpty else { return body }
        return body.replacing("data") { data in
            data.mappingEntries { value in
                guard let encoded = value.string, let bytes = Data(base64Encoded: encoded),
                    let text = String(validating: bytes, as: UTF8.self)
                else { return value }
                return Value(.string(text), at: value.location)
            }
        }
    }

    /// The ConfigMaps and Secrets that it reads, sorted.
    var references: [ObjectReference] {
        var found: Set<ObjectReference> = []
        body["spec"]?.collectReferences(into: &found)
        return found.sorted { ($0.name.exact, ($0.key ?? "").exact) < ($1.name.exact, ($1.key ?? "").exact) }
    }
}

extension Value {
    /// A map with another value of one key, if it is there.
    fileprivate func replacing(_ key: String, with change: (Value) -> Value) -> Value {
        guard var map, let entry = map.entry(key) else { return self }
        map.set(key, to: change(entry.value), keyLocation: entry.keyLocation)
        return Value(.map(map), at: location)
    }

    fileprivate func mappingEntries(_ change: (Value) -> Value) -> Value {
        guard let map else { return self }
        var result = ValueMap()
        for key in map.keys {
            if let entry = map.entry(key) { result.set(key, to: change(entry.value), keyLocation: entry.keyLocation) }
        }
        return Value(.map(result), at: location)
    }

    fileprivate func collectReferences(into found: inout Set<ObjectReference>) {
        switch content {
        case .list(let list): for item in list { item.collectReferences(into: &found) }
        case .map(let map):
            for (key, value) in map {
                switch key {
                case "configMap", "configMapRef", "configMapKeyRef": found.formUnion(value.references(to: "ConfigMap"))
                case "secret", "secretRef", "secretKeyRef": found.formUnion(value.references(to: "Secret"))
                default: break
                }
                value.collectReferences(into: &found)
            }
        default: break
        }
    }

    /// What a volume or a variable names: a whole object, or keys of it.
    private func references(to kind: String) -> [ObjectReference] {
        guard let name = self["secretName"]?.string ?? self["name"]?.string else { return [] }
        let items = self["items"]?.list?.compactMap { $0["key"]?.string } ?? []
        let keys = items + [self["key"]?.string].compactMap { $0 }
        guard !keys.isEmpty else { return [ObjectReference(name: "\(kind) \(name)", key: nil)] }
        return keys.map { ObjectReference(name: "\(kind) \(name)", key: $0) }
    }
}
