import FleetModel

extension LocalTranslator {
    /// Top-level keys of the JupyterHub chart's `hub` and the settings that the chart makes of them.
    private static let hubKeys = [
        ("concurrentSpawnLimit", "concurrent_spawn_limit"), ("activeServerLimit", "active_server_limit"),
        ("allowNamedServers", "allow_named_servers"), ("namedServerLimitPerUser", "named_server_limit_per_user"),
        ("authenticatePrometheus", "authenticate_prometheus"), ("redirectToServer", "redirect_to_server"),
        ("shutdownOnLogout", "shutdown_on_logout"),
    ]

    /// Settings of JupyterHub that mean the same on any machine and can do no harm there. Others say where and how it
    /// runs, name files and programs, or switch protection off, so they are not taken from a fleet repository.
    private static let plainSettings = [
        "active_server_limit", "active_user_window", "activity_resolution", "allow_named_servers",
        "api_page_default_limit", "api_page_max_limit", "authenticate_prometheus", "concurrent_spawn_limit",
        "cookie_max_age_days", "custom_scopes", "default_server_name", "default_url", "implicit_spawn_seconds",
        "init_spawners_timeout", "last_activity_interval", "log_level", "named_server_limit_per_user",
        "oauth_token_expires_in", "redirect_to_server", "service_check_interval", "shutdown_on_logout",
    ]

    mutating func addHubSettings() {
        begin("The hub itself")
        for (key, name) in Self.hubKeys { carry("hub", key, to: "c.JupyterHub.\(name)") }
        for name in Self.plainSettings {
            carry("hub", "config", "JupyterHub", name, to: "c.JupyterHub.\(name)")
        }
        let base = take(facts.network.baseURL)
        if base.given != nil, base.isUnreadable || baseURL == "/" && base.value != "/" {
            limit("hub.baseUrl", "it is no plain path, so the hub is at /", at: base.place)
        }
    }
}
