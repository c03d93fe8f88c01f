import HTTPTypes
import Hummingbird

extension Request {
    /// The fields of a form that the request sends; empty for anything else. The service's own forms have neither names
    /// nor values that need escaping.
    mutating func form() async -> [String: String] {
        guard headers[.contentType]?.hasPrefix("application/x-www-form-urlencoded") == true,
            // What is longer than a form of a page is none.
            let body = try? await collectBody(upTo: 16 << 10)
        else { return [:] }
        return String(buffer: body).split(separator: "&").reduce(into: [:]) { fields, field in
            let pair = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { fields[String(pair[0])] = String(pair[1]) }
        }
    }
}
