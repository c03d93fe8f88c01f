import FleetModel

/// The name of this machine that a hub is reached by, such as `prod.localhost`.
///
/// Cookies know hosts and no ports: under one name, whoever logs in to one hub is logged out of the other. Browsers take all
/// names below `localhost` for this machine. Source: RFC 6761 and the draft "Let 'localhost' be localhost".
enum HubHost {
    /// The cluster is part of it but for the one that `init` makes.
    static func name(of hub: Hub) -> String {
        let parts = hub.id.split(separator: "/")
        let names = parts.count == 2 && parts[0] == "local" ? [parts[1]] : parts.reversed()
        let labels = names.map { name in
            String(name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }.prefix(63))
        }
        return (labels + ["localhost"]).joined(separator: ".")
    }
}
