import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing
import Texts

/// Somebody who asks a service that runs, on its port.
struct PortClient: ServiceClient {
    let port: Int
    let http: HTTPClient

    var origin: String { "http://127.0.0.1:\(port)" }

    func answer(
        _ address: String, _ method: HTTPMethod, _ headers: [(String, String)], body: String
    ) async throws -> ServiceAnswer {
        var request = request(address, method, headers)
        if !body.isEmpty { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await http.execute(request, timeout: .seconds(240))
        let body = try await response.body.collect(upTo: 1 << 30)
        return ServiceAnswer(status: Int(response.status.code), headers: response.headers, body: body)
    }

    private func request(
        _ path: String, _ method: HTTPMethod = .GET, _ headers: [(String, String)] = [], user: String? = nil
    ) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: origin + Self.address(path))
        request.method = method
        for header in headers { request.headers.add(name: header.0, value: header.1) }
        if let user { request.headers.add(name: "Authorization", value: "token token-\(user)") }
        return request
    }

    /// Takes some bytes of an archive and goes away; waits for a place among the downloads.
    func begin(_ path: String, bytes: Int, user: String) async throws -> ByteBuffer {
        let request = request(path, user: user)
        var response = try await http.execute(request, timeout: .seconds(240))
        while response.status != .ok {
            try await Task.sleep(for: .milliseconds(10))
            response = try await http.execute(request, timeout: .seconds(240))
        }
        var taken = ByteBuffer()
        for try await piece in response.body {
            taken.writeImmutableBuffer(piece)
            if taken.readableBytes >= bytes { break }
        }
        return taken
    }

    /// Takes an archive until the service ends it early; `begun` is called once something came.
    func takeUntilItBreaks(_ path: String, user: String, begun: () -> Void) async throws -> ByteBuffer {
        let response = try await http.execute(request(path, user: user), timeout: .seconds(240))
        var taken = ByteBuffer()
        do {
            for try await piece in response.body {
                taken.writeImmutableBuffer(piece)
                begun()
            }
        } catch {
            return taken
        }
        return taken
    }

    /// Takes a whole answer, of which `bytes` are the body, and goes away at once, as programs do that ask only once.
    func take(_ path: String, bytes: Int, user: String) throws -> Int {
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(number) }
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = in_port_t(port).bigEndian
        place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isConnected = withUnsafeBytes(of: &place) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { connect(number, $0.baseAddress, socklen_t(bytes.count)) == 0 }
        }
        try #require(isConnected)
        let request = "GET \(path) HTTP/1.1\r\nHost: x\r\nAuthorization: token token-\(user)\r\n\r\n"
        try #require(send(number, request, request.utf8.count, 0) == request.utf8.count)
        var answer = Data()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let head = answer.range(of: Data("\r\n\r\n".utf8))
            if let head, answer.count - head.upperBound >= bytes { return answer.count - head.upperBound }
            let count = recv(number, &buffer, buffer.count, 0)
            guard count > 0 else { return 0 }
            answer.append(contentsOf: buffer[..<count])
        }
    }
}
