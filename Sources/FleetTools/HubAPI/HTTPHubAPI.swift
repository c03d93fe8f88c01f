import AsyncHTTPClient
import FleetModel
import NIOCore
import NIOHTTP1

/// Asks hubs over HTTP.
package struct HTTPHubAPI: HubAPI {
    /// The list of all users of a large hub has some megabytes; more than 64 MiB is no answer.
    private static let bodyLimit = 64 << 20

    package init() {}

    package func answer(to request: HubRequest, at address: String) async throws -> HubAnswer {
        let answer: HubAnswer?
        do {
            answer = try await TimeLimit.within(request.timeLimit) {
                try await Self.wholeAnswer(to: request, at: address)
            }
        } catch {
            try Task.checkCancellation()
            answer = nil
        }
        guard let answer else { throw HubAPIError.noAnswer(address: address) }
        return answer
    }

    private static func wholeAnswer(to request: HubRequest, at address: String) async throws -> HubAnswer {
        let response = try await HTTPClient.shared.execute(
            call(request, at: address), timeout: TimeAmount(request.timeLimit))
        let status = Int(response.status.code)
        guard request.wantsBody else { return HubAnswer(status: status) }
        return HubAnswer(status: status, body: Array(buffer: try await response.body.collect(upTo: bodyLimit)))
    }

    static func url(_ request: HubRequest, at address: String) -> String {
        (address.hasSuffix("/") ? String(address.dropLast()) : address) + request.path
    }

    static func call(_ request: HubRequest, at address: String) -> HTTPClientRequest {
        var call = HTTPClientRequest(url: url(request, at: address))
        call.method = HTTPMethod(rawValue: request.method.rawValue)
        if let token = request.token { call.headers.add(name: "Authorization", value: "token \(token)") }
        if let json = request.json {
            call.headers.add(name: "Content-Type", value: "application/json")
            call.body = .bytes(ByteBuffer(bytes: json))
            return call
        }
        guard request.method == .post else { return call }
        call.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        let fields = request.form.map { "\($0.name.percentEncoded)=\($0.value.percentEncoded)" }
        call.body = .bytes(ByteBuffer(string: fields.joined(separator: "&")))
        return call
    }
}
