import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Small files of the web, such as the logo of a login page.
package protocol WebFiles: Sendable {
    /// - Returns: the bytes; nil when the address answers anything but a whole file of at most `limit` bytes in time.
    func fetch(_ address: String, limit: Int) async -> [UInt8]?
}

/// Files of the web fetched over HTTP, each within ten seconds.
package struct HTTPWebFiles: WebFiles {
    private static let timeLimit = Duration.seconds(10)

    package init() {}

    package func fetch(_ address: String, limit: Int) async -> [UInt8]? {
        guard address.hasPrefix("https://") || address.hasPrefix("http://") else { return nil }
        // Whatever the reason of a failure, the caller goes on without the file.
        return try? await TimeLimit.within(Self.timeLimit) { try await wholeFile(address, limit: limit) } ?? nil
    }

    private func wholeFile(_ address: String, limit: Int) async throws -> [UInt8]? {
        let response = try await HTTPClient.shared.execute(
            HTTPClientRequest(url: address), timeout: TimeAmount(Self.timeLimit))
        guard response.status.code == 200 else { return nil }
        return Array(buffer: try await response.body.collect(upTo: limit))
    }
}
