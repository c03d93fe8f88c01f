import Foundation

/// What tags such as `!!str` do to a scalar, and what may be a key.
enum YAMLTag {
    private static let prefix = "tag:yaml.org,2002:"

    static func content(of text: String, isPlain: Bool, tag: String?) -> Value.Content {
        guard let tag else { return isPlain ? YAMLScalar.resolve(text) : .string(text) }
        switch tag {
        case prefix + "binary":
            guard let data = Data(base64Encoded: text, options: .ignoreUnknownCharacters) else { return .string(text) }
            return .string(String(decoding: data, as: UTF8.self))
        case prefix + "float":
            if case .integer(let number) = YAMLScalar.resolve(text) { return .float(Double(number)) }
            return YAMLScalar.resolve(text)
        case prefix + "int", prefix + "bool", prefix + "null": return YAMLScalar.resolve(text)
        default: return .string(text)
        }
    }

    static func isMergeKey(_ event: YAMLEvents.Event) -> Bool {
        guard case .scalar(let text, let isPlain) = event.kind else { return false }
        return text == "<<" && (isPlain && event.tag == nil || event.tag == prefix + "merge")
    }

    /// The text that a key becomes in JSON; nil for what cannot be a key.
    static func key(_ content: Value.Content) -> String? {
        switch content {
        case .string(let text): text
        case .integer(let number): String(number)
        case .unsigned(let number): String(number)
        case .bool(let bool): bool ? "true" : "false"
        case .float(let number): number == number.rounded() ? String(format: "%.0f", number) : String(number)
        case .null, .secret, .list, .map: nil
        }
    }
}
