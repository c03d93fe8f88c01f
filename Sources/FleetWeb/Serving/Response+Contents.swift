import Foundation
import HTTPTypes
import Hummingbird
import Texts

extension Response {
    /// An answer that is there as a whole.
    ///
    /// `type`: its media type.
    static func contents(_ contents: ByteBuffer, type: String) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = type
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: contents))
    }

    /// An answer for programs: JSON with sorted keys, and times as ISO 8601 has them.
    static func json(_ answer: some Encodable) throws -> Response {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(answer), as: UTF8.self).printableJSON
        return .contents(ByteBuffer(string: text + "\n"), type: "application/json")
    }

    /// A file that browsers save.
    static func file(_ data: Data, type: String) -> Response {
        var response = Response.contents(ByteBuffer(bytes: data), type: type)
        response.headers[.contentDisposition] = "attachment"
        return response
    }
}
