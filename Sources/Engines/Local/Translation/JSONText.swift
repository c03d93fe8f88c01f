import FleetModel
import Foundation

/// Values as JSON text, with sorted keys.
enum JSONText {
    static func of(_ value: Value) -> String {
        let options: JSONSerialization.WritingOptions = [
            .prettyPrinted, .sortedKeys, .withoutEscapingSlashes, .fragmentsAllowed,
        ]
        // Only types that JSON knows come out of `object`, so this cannot fail.
        let data = (try? JSONSerialization.data(withJSONObject: object(value), options: options)) ?? Data("null".utf8)
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    private static func object(_ value: Value) -> Any {
        switch value.content {
        case .null: NSNull()
        case .bool(let bool): bool
        case .integer(let number): number
        case .unsigned(let number): number
        case .float(let number): number.isFinite ? number : "\(number)" as Any
        case .string(let text): text
        case .secret: Secret.mask
        case .list(let list): list.map(object)
        case .map(let map): Dictionary(uniqueKeysWithValues: map.map { ($0.key, object($0.value)) })
        }
    }
}
