import FleetModel

/// What a check of a hub's health needs to ask it.
package struct HealthAccess: Sendable {
    /// Where people reach the hub, with a slash at its end, such as `http://127.0.0.1:8000/`.
    package let address: String
    /// The hub itself, past its proxy, in the same form; nil where only the proxy can be reached.
    package let direct: String?
    /// The token of the service that checks hubs; nil when it is not known here.
    package let token: HubToken?
    /// Where the token is to come from, for whoever has none.
    package let tokenAdvice: String
    /// The log of the hub and of what runs beside it; nil when it is elsewhere.
    package let log: HubLog?
    /// The file by which checks of the hub on this machine know of each other.
    package let lock: String

    package init(
        address: String, direct: String? = nil, token: HubToken?, tokenAdvice: String, log: HubLog? = nil, lock: String
    ) {
        self.address = address
        self.direct = direct
        self.token = token
        self.tokenAdvice = tokenAdvice
        self.log = log
        self.lock = lock
    }
}
