import FleetTools
import Foundation
import Texts

/// The files of the proxy of a hub: Traefik, with its settings and the routes that the hub writes.
///
/// Source: Traefik's reference of the static configuration, version 3.
enum ProxyFiles {
    /// The name of the proxy among the parts of a hub.
    static let part = "proxy"

    /// Writes both.
    ///
    /// - Parameters:
    ///   - folder: of the hub.
    ///   - ports: of the hub.
    ///   - keepsRoutes: whether servers of a run that was killed go on, which the routes lead to. Without servers, their ports
    ///     may be somebody else's by now.
    /// - Throws: `FileError`.
    static func write(_ folder: HubFolder, _ ports: HubPorts, keepsRoutes: Bool) throws {
        try FileWriting.write(settings(ports, routes: folder.routes), to: folder.proxySettings)
        guard !keepsRoutes || !FileManager.default.fileExists(atPath: folder.routes) else { return }
        try FileWriting.write("", to: folder.routes)
    }

    /// Nothing is asked of its makers, uploads may take any time, and what a proxy in front of this one on the same machine
    /// says of https is believed.
    static func settings(_ ports: HubPorts, routes: String) -> String {
        """
        # Written by hubfleet at each start.
        [global]
        checkNewVersion = false
        sendAnonymousUsage = false

        [log]
        level = "WARN"
        noColor = true

        [entryPoints.http]
        address = "127.0.0.1:\(ports.hub)"

        [entryPoints.http.transport.respondingTimeouts]
        readTimeout = "0s"

        [entryPoints.http.forwardedHeaders]
        trustedIPs = ["127.0.0.1/32", "::1/128"]

        [entryPoints.auth_api]
        address = "127.0.0.1:\(ports.proxyAPI)"

        [api]

        [providers]
        providersThrottleDuration = "0s"

        [providers.file]
        filename = "\(routes)"
        watch = true

        """
    }
}
