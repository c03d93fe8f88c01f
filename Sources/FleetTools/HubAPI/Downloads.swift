import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Fetches small files from the web.
package protocol Downloads: Sendable {
    /// - Returns: the bytes; nil when the address answers anything but a whole file of at most `limit` bytes in time.
    func fetch(_ address: String, limit: Int) async -> [UInt8]?
}

/// Fetches over HTTP, within ten seconds.
package struct HTTPDownloads: Downloads {
    package init() {}

    package func fetch(_ address: String, limit: Int) async -> [UInt8]? {
        guard address.hasPrefix("https://") || address.hasPrefix("http://") else { return nil }
        do {
            let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: address), timeout: .seconds(10))
            guard response.status.code == 200 else { return nil }
            return Array(buffer: try await response.body.collect(upTo: limit))
        } catch {
            // Whatever the reason, the caller goes on without the file.
            return nil
        }
    }
}
