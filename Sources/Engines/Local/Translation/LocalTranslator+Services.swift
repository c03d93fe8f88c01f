import FleetModel

extension LocalTranslator {
    /// The service and role that Hubfleet adds; the JupyterHub chart adds them under the same name.
    private static let cullerName = "jupyterhub-idle-culler"
    private static let downloadsName = "home-download"
    private static let downloadsAccess = "access:services!service=home-download"
    /// What users may do when the values do not say.
    private static let userRole = PythonLiteral.dictionary([
        ("name", .string("user")), ("scopes", .list([.string("self"), .string(downloadsAccess)])),
    ])
    private static let builtInRoles: Set<String> = ["user", "server", "admin", "token"]

    mutating func addRolesAndServices() {
        begin("Services and roles")
        var services = carriedServices()
        var roles = carriedRoles(services: Set(settings.serviceNames))
        if let downloads = downloads() {
            services.append(downloads.service)
            roles.append(downloads.role)
        }
        if let culler = culler() {
            services.append(culler.service)
            roles.append(culler.role)
        }
        if !services.isEmpty {
            let place = values["hub", "services"]?.location
            set(
                "c.JupyterHub.services", .list(services), from: place.map { "\($0), with new tokens" } ?? "idle culling"
            )
        }
        if !roles.isEmpty {
            let place = values["hub", "loadRoles"]?.location
            set("c.JupyterHub.load_roles", .list(roles), from: place.map { "\($0)" } ?? "idle culling")
        }
    }

    /// Services that only need a token. Those with an address or a command run in the cluster.
    private mutating func carriedServices() -> [PythonLiteral] {
        var literals: [PythonLiteral] = []
        var left: [String] = []
        let place = values["hub", "services"]?.location
        for (key, service) in takeMap("hub", "services") {
            let name = service["name"]?.string ?? key
            // The chart names it so that it gets a token.
            if name == Self.downloadsName, service["url"] == nil { continue }
            guard name != Self.cullerName, service["url"] == nil, service["command"] == nil else {
                left.append(name)
                continue
            }
            settings.serviceNames.append(name)
            var pairs: [(key: String, value: PythonLiteral)] = [
                ("name", .string(name)), ("api_token", .expression("service_tokens[\(PythonLiteral.quoted(name))]")),
            ]
            for field in ["admin", "display", "info"] {
                if let value = service[field], let literal = PythonLiteral(value) { pairs.append((field, literal)) }
            }
            literals.append(.dictionary(pairs))
        }
        if !left.isEmpty {
            limit("services \(left.joined(separator: ", "))", "they run in the cluster", at: place)
        }
        return literals
    }

    /// Roles, without services that are not here and without scopes about those.
    private mutating func carriedRoles(services: Set<String>) -> [PythonLiteral] {
        let roles = takeMap("hub", "loadRoles")
        let users = roles.keys.contains("user") || !hasDownloads ? [] : [Self.userRole]
        return users
            + roles.sorted { $0.key < $1.key }.compactMap { key, role in
                let name = role["name"]?.string ?? key
                guard name != Self.cullerName, name != Self.downloadsName else { return nil }
                let own = (role["services"]?.list ?? []).compactMap(\.string)
                let kept = own.filter { services.contains($0) }
                let hasOthers = role["users"] != nil || role["groups"] != nil || Self.builtInRoles.contains(name)
                guard own.isEmpty || !kept.isEmpty || hasOthers else { return nil }
                var scopes = (role["scopes"]?.list ?? []).compactMap(\.string).filter { scope in
                    guard let service = scope.split(separator: "!service=").dropFirst().first else { return true }
                    return services.contains(String(service))
                }
                if name == "user", hasDownloads { scopes.append(Self.downloadsAccess) }
                var pairs: [(key: String, value: PythonLiteral)] = [
                    ("name", .string(name)), ("scopes", .list(scopes.map { .string($0) })),
                ]
                if !kept.isEmpty { pairs.append(("services", .list(kept.map { .string($0) }))) }
                for field in ["description", "users", "groups"] {
                    if let value = role[field], let literal = PythonLiteral(value) { pairs.append((field, literal)) }
                }
                return .dictionary(pairs)
            }
    }

    /// jupyterhub-idle-culler, as the JupyterHub chart runs it; defaults are that chart's.
    private mutating func culler() -> (service: PythonLiteral, role: PythonLiteral)? {
        let cull = take("cull")
        for (key, value) in cull?.map ?? ValueMap() where !value.isNull && value.integer == nil && value.bool == nil {
            limit("cull.\(key)", "it is \(value.kind), so the default counts", at: value.location)
        }
        guard cull?["enabled"]?.bool ?? true else { return nil }
        func number(_ key: String, _ standard: Int) -> Int { cull?[key]?.integer ?? standard }
        func flag(_ key: String, _ standard: Bool) -> Bool { cull?[key]?.bool ?? standard }
        let url = "http://127.0.0.1:\(context.ports.internalHub)\(baseURL)hub/api"
        var command: [PythonLiteral] = [
            .expression("sys.executable"), .string("-m"), .string("jupyterhub_idle_culler"), .string("--url=\(url)"),
            .string("--timeout=\(number("timeout", 3600))"), .string("--cull-every=\(number("every", 600))"),
            .string("--concurrency=\(number("concurrency", 10))"),
        ]
        var scopes = ["list:users", "read:users:activity", "read:servers", "delete:servers"]
        if number("maxAge", 0) > 0 { command.append(.string("--max-age=\(number("maxAge", 0))")) }
        if flag("users", false) { command.append(.string("--cull-users")) }
        if !flag("adminUsers", true) { command.append(.string("--cull-admin-users=false")) }
        if flag("users", false) || !flag("adminUsers", true) { scopes.append("admin:users") }
        if flag("removeNamedServers", false) { command.append(.string("--remove-named-servers")) }
        let name = Self.cullerName
        let mark: [(key: String, value: PythonLiteral)] = [(HubFolder.markVariable, .string(context.folder.root))]
        let service: [(key: String, value: PythonLiteral)] = [
            ("name", .string(name)), ("command", .list(command)), ("environment", .dictionary(mark)),
        ]
        let role: [(key: String, value: PythonLiteral)] = [
            ("name", .string(name)), ("scopes", .list(scopes.map { .string($0) })),
            ("services", .list([.string(name)])),
        ]
        return (.dictionary(service), .dictionary(role))
    }

    /// The service that lets users download their homes.
    private func downloads() -> (service: PythonLiteral, role: PythonLiteral)? {
        guard hasDownloads, let program = context.program else { return nil }
        let folder = context.folder
        let command = [
            program, "home", "serve", "--homes", folder.homes, "--state", folder.downloads, "--exports", folder.exports,
            "--name-scheme", "escape",
        ]
        let mark: [(key: String, value: PythonLiteral)] = [(HubFolder.markVariable, .string(folder.root))]
        let service: [(key: String, value: PythonLiteral)] = [
            ("name", .string(Self.downloadsName)), ("url", .string("http://127.0.0.1:\(context.ports.downloads)")),
            ("command", .list(command.map { .string($0) })), ("oauth_no_confirm", .bool(true)),
            ("environment", .dictionary(mark)),
        ]
        let role: [(key: String, value: PythonLiteral)] = [
            ("name", .string(Self.downloadsName)), ("scopes", .list([.string("list:users"), .string("read:users")])),
            ("services", .list([.string(Self.downloadsName)])),
        ]
        return (.dictionary(service), .dictionary(role))
    }
}
