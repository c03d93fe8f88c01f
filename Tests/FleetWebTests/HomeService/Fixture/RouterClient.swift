import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Texts

/// Somebody who asks the router itself: no port, no stream.
struct RouterClient<Context: RequestContext>: ServiceClient where Context.Source == ApplicationRequestContextSource {
    private let responder: RouterResponder<Context>

    init(_ router: Router<Context>) { responder = router.buildResponder() }

    var origin: String { "http://localhost" }

    func answer(
        _ address: String, _ method: HTTPMethod, _ headers: [(String, String)], body: String
    ) async throws -> ServiceAnswer {
        var fields = HTTPFields()
        for header in headers {
            guard let name = HTTPField.Name(header.0) else { continue }
            fields.append(HTTPField(name: name, value: header.1))
        }
        let head = HTTPRequest(
            method: HTTPRequest.Method(rawValue: method.rawValue) ?? .get, scheme: "http", authority: "localhost",
            path: address, headerFields: fields)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let context = Context(
            source: ApplicationRequestContextSource(channel: NIOAsyncTestingChannel(), logger: logger))
        let response = try await responder.respond(
            to: Request(head: head, body: RequestBody(buffer: ByteBuffer(string: body))), context: context)
        return ServiceAnswer(
            status: response.status.code,
            headers: HTTPHeaders(response.headers.map { ($0.name.canonicalName, $0.value) }),
            body: try await CollectedBody.of(response))
    }
}
