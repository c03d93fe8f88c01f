import Foundation
import Texts

/// The facts that JupyterHub tells one of its services, by variables.
package struct HomeServiceEnvironment: Sendable, Equatable {
    package let name: String
    /// Such as `/services/home-download/`: everything is below it.
    package let prefix: String
    package let host: String
    package let port: Int
    package let api: String
    package let token: String
    package let clientID: String
    /// The path to which the hub sends users back.
    package let callback: String
    /// The path of the hub, such as `/`.
    package let base: String
    /// The address of the hub when it has a host of its own; else empty.
    package let hubHost: String
    /// Tokens need one of these.
    package let accessScopes: Set<ExactText>

    /// - Parameter variables: those of the process.
    /// - Throws: `HomeServiceError.noVariable`, `.prefixWithoutSlashes`, `.addressWithoutPort`.
    package init(_ variables: [String: String]) throws {
        func optional(_ name: String) -> String? {
            variables["JUPYTERHUB_" + name].flatMap { $0.isEmpty ? nil : $0 }
        }
        func needed(_ name: String) throws -> String {
            guard let value = optional(name) else { throw HomeServiceError.noVariable("JUPYTERHUB_" + name) }
            return value
        }
        name = try needed("SERVICE_NAME")
        prefix = try needed("SERVICE_PREFIX")
        api = try needed("API_URL")
        token = try needed("API_TOKEN")
        guard prefix.exact.hasPrefix("/"), prefix.exact.hasSuffix("/") else {
            throw HomeServiceError.prefixWithoutSlashes
        }
        let url = URLComponents(string: try needed("SERVICE_URL"))
        guard let host = url?.host, let port = url?.port else {
            throw HomeServiceError.addressWithoutPort
        }
        self.host = host
        self.port = port
        clientID = optional("CLIENT_ID") ?? "service-\(name)"
        callback = optional("OAUTH_CALLBACK_URL") ?? prefix + "oauth_callback"
        base = optional("BASE_URL") ?? "/"
        hubHost = optional("HOST") ?? ""
        accessScopes = ["access:services", "access:services!service=\(name)".exact]
    }
}
