import Foundation
import Texts

/// JSON as all commands print it. What cannot be seen in a text is escaped.
enum JSONText {
    static func pretty(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        let values = SetAsideValues()
        encoder.userInfo[SetAsideValues.key] = values
        return values.putBack(String(decoding: try encoder.encode(value), as: UTF8.self)).printableJSON
    }
}
