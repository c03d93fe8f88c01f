import FleetModel
import Texts

/// A value for JSON output. Secrets show as `•••`.
struct JSONValue: Encodable {
    private let value: Value

    init(_ value: Value) {
        self.value = value
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let values = encoder.userInfo[SetAsideValues.key] as? SetAsideValues {
            return try container.encode(values.mark(value))
        }
        switch value.content {
        case .null: try container.encodeNil()
        case .bool(let bool): try container.encode(bool)
        case .integer(let number): try container.encode(number)
        case .unsigned(let number): try container.encode(number)
        // JSON has no infinities; Helm fails on them too.
        case .float(let number): number.isFinite ? try container.encode(number) : try container.encode("\(number)")
        case .string(let text): try container.encode(text)
        case .secret(let secret): try container.encode(secret.description)
        case .list(let list): try container.encode(list.map(JSONValue.init))
        case .map(let map):
            try container.encode(Dictionary(map.map { ($0.key.exact, JSONValue($0.value)) }) { $1 })
        }
    }
}
