import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// What Hubfleet asks a running JupyterHub.
package protocol HubAPI: Sendable {
    /// Whether the hub at this address (such as `http://127.0.0.1:8000/`) answers its health check.
    func isHealthy(_ address: String) async -> Bool
}

/// Asks over HTTP.
package struct HTTPHubAPI: HubAPI {
    package init() {}

    package func isHealthy(_ address: String) async -> Bool {
        let request = HTTPClientRequest(url: address + "hub/health")
        // Any failure, such as a refused connection, means the same: not healthy now.
        let response = try? await HTTPClient.shared.execute(request, timeout: .seconds(5))
        return response?.status.code == 200
    }
}
