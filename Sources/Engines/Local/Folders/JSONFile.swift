import Foundation

/// JSON as Hubfleet keeps it in files: sorted keys, dates as people read them.
enum JSONFile {
    static func bytes(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return Array(try encoder.encode(value)) + Array("\n".utf8)
    }

    /// Nil when there is no such file, or none of this form.
    static func read<Value: Decodable>(_ type: Value.Type, at path: String) -> Value? {
        FileManager.default.contents(atPath: path).flatMap { try? decode(type, from: $0) }
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(type, from: data)
    }
}
