import FleetModel

extension LocalTranslator {
    /// Top-level keys of the JupyterHub chart's `hub` and the settings that the chart makes of them.
    private static let hubKeys = [
        ("concurrentSpawnLimit", "concurrent_spawn_limit"), ("activeServerLimit", "active_server_limit"),
        ("allowNamedServers", "allow_named_servers"), ("namedServerLimitPerUser", "named_server_limit_per_user"),
        ("authenticatePrometheus", "authenticate_prometheus"), ("redirectToServer", "redirect_to_server"),
        ("shutdownOnLogout", "shutdown_on_logout"),
    ]

    /// Settings of JupyterHub that say where and how it runs: here Hubfleet's matter.
    private static let ownSettings: Set<String> = [
        "admin_access", "authenticator_class", "base_url", "bind_url", "cleanup_proxy", "cleanup_servers",
        "config_file", "cookie_secret", "cookie_secret_file", "data_files_path", "db_kwargs", "db_url",
        "extra_log_file",
        "hub_bind_url", "hub_connect_ip", "hub_connect_url", "hub_ip", "hub_port", "internal_certs_location",
        "internal_ssl", "ip", "load_groups", "load_roles", "pid_file", "port", "proxy_class", "services",
        "spawner_class", "ssl_cert", "ssl_key", "template_paths", "template_vars", "trusted_alt_names",
    ]

    mutating func addHubSettings() {
        begin("The hub itself")
        for (key, name) in Self.hubKeys { carry("hub", key, to: "c.JupyterHub.\(name)") }
        for (name, _) in values["hub", "config", "JupyterHub"]?.map ?? ValueMap() {
            guard !Self.ownSettings.contains(name), name.isPythonName else { continue }
            carry("hub", "config", "JupyterHub", name, to: "c.JupyterHub.\(name)")
        }
        _ = take("hub", "baseUrl")
    }
}

extension String {
    /// Whether it can stand after a dot in Python.
    fileprivate var isPythonName: Bool {
        guard let first = utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
        return utf8.allSatisfy { byte in
            byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
    }
}
