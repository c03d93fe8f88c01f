import Foundation
import Homes
import NIOCore
import NIOHTTP1
import Testing
import Texts

/// Somebody who asks the service.
protocol ServiceClient: Sendable {
    /// The address at which the client reaches the service, such as `http://127.0.0.1:9000`.
    var origin: String { get }

    /// `address`: from the root of the host on.
    func answer(
        _ address: String, _ method: HTTPMethod, _ headers: [(String, String)], body: String
    ) async throws -> ServiceAnswer
}

extension ServiceClient {
    /// Asks for a path: below the service, or from the root of the host on when it begins with `/`.
    ///
    /// `user`: whose token is sent.
    func ask(
        _ path: String, _ method: HTTPMethod = .GET, _ headers: [(String, String)] = [], user: String? = nil
    ) async throws -> ServiceAnswer {
        let token = user.map { [("Authorization", "token token-\($0)")] } ?? []
        return try await answer(Self.address(path), method, headers + token)
    }

    func answer(
        _ address: String, _ method: HTTPMethod, _ headers: [(String, String)]
    ) async throws -> ServiceAnswer {
        try await answer(address, method, headers, body: "")
    }

    /// Sends a form.
    func submit(
        _ fields: [String: String], to path: String, _ headers: [(String, String)]
    ) async throws -> ServiceAnswer {
        let type = ("Content-Type", "application/x-www-form-urlencoded")
        let body = fields.map { "\($0)=\($1)" }.joined(separator: "&")
        return try await answer(Self.address(path), .POST, headers + [type], body: body)
    }

    static func address(_ path: String) -> String {
        path.hasPrefix("/") ? path : "/services/home-download/\(path)"
    }

    /// The address of a user's archive.
    func archive(of user: String, _ format: ArchiveFormat = .zip) async throws -> String {
        var answer: ServiceAnswer?
        try await eventually("the home of \(user) has been looked at") {
            answer = try await ask("home.\(format.rawValue)", user: user)
            return answer?.status != 503
        }
        return try #require(answer?.location, "\(answer?.text ?? "")")
    }
}

/// The answer that a client got.
struct ServiceAnswer {
    let status: Int
    let headers: HTTPHeaders
    let body: ByteBuffer

    var text: String { String(buffer: body) }
    var location: String? { headers.first(name: "Location") }
    /// `name=value` of each cookie that was set.
    var cookies: [String] {
        headers["Set-Cookie"].compactMap { $0.split(separator: ";").first.map(String.init) }
    }
}
