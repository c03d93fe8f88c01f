import FleetModel

/// Values as JSON text, with sorted keys.
enum JSONText {
    static func of(_ value: Value) -> String { JSONWriter.text(value) + "\n" }
}
