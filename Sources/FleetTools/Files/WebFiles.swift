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
        return await withTaskGroup(of: [UInt8]?.self) { group in
            group.addTask { await wholeFile(address, limit: limit) }
            group.addTask {
                // Also for a server that answers, but never ends.
                try? await Task.sleep(for: Self.timeLimit)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    private func wholeFile(_ address: String, limit: Int) async -> [UInt8]? {
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
