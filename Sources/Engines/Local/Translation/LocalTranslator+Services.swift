import FleetModel
import Texts

extension LocalTranslator {
    /// The service and role that Hubfleet adds, under the name that the chart basehub gives them.
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
        services.append(.dictionary(begun(HealthFacts.service)))
        var roles = carriedRoles(services: Set(settings.serviceNames.map(\.exact)))
        roles.append(healthRole)
        if let downloads = downloads() {
            services.append(downloads.service)
            roles.append(downloads.role)
        }
        if let culler = culler() {
            services.append(culler.service)
            roles.append(culler.role)
        }
        if !services.isEmpty {
            let place = facts.services.servicesPlace
            set(
                "c.JupyterHub.services", .list(services), from: place.map { "\($0), with new tokens" } ?? "idle culling"
            )
        }
        if !roles.isEmpty {
            let place = facts.services.rolesPlace
            set("c.JupyterHub.load_roles", .list(roles), from: place.map { "\($0)" } ?? "idle culling")
        }
    }

    /// Services that only need a token. Those with an address or a command run in the cluster.
    private mutating func carriedServices() -> [PythonLiteral] {
        var literals: [PythonLiteral] = []
        var left: [String] = []
        _ = takeMap("hub", "services")
        for (name, service) in facts.services.services.map({ ($0.name, $0.value) }) {
            // The chart names it so that it gets a token.
            if name == Self.downloadsName, service["url"] == nil { continue }
            // Each hub here has it, with no more rights than it needs.
            if name == HealthFacts.service { continue }
            guard name != ServiceFacts.culler, service["url"] == nil, service["command"] == nil else {
                left.append(name)
                continue
            }
            var pairs = begun(name)
            for field in ["admin", "display", "info"] {
                if let value = service[field], let literal = PythonLiteral(value) { pairs.append((field, literal)) }
            }
            literals.append(.dictionary(pairs))
        }
        if !left.isEmpty {
            limit(
                "services \(left.joined(separator: ", "))", "they run in the cluster", at: facts.services.servicesPlace)
        }
        return literals
    }

    /// Roles, without services that are not here and without scopes about those.
    private mutating func carriedRoles(services: Set<ExactText>) -> [PythonLiteral] {
        _ = takeMap("hub", "loadRoles")
        let roles = facts.services.roles
        let users = roles.contains { $0.key == "user" } || !hasDownloads ? [] : [Self.userRole]
        return users
            + roles.sorted { $0.key.exact < $1.key.exact }.compactMap { role in
                let name = role.name
                guard ![ServiceFacts.culler, Self.downloadsName, HealthFacts.service].contains(name) else { return nil }
                let own = role.services.map(\.value)
                let kept = own.filter { services.contains($0.exact) }
                let hasOthers =
                    role.value["users"] != nil || role.value["groups"] != nil || Self.builtInRoles.contains(name)
                guard own.isEmpty || !kept.isEmpty || hasOthers else { return nil }
                var scopes = role.scopes.map(\.value).filter { scope in
                    guard let service = scope.exact.rest(behind: "!service=") else { return true }
                    return services.contains(service)
                }
                if name == "user", hasDownloads { scopes.append(Self.downloadsAccess) }
                var pairs: [(key: String, value: PythonLiteral)] = [
                    ("name", .string(name)), ("scopes", .list(scopes.map { .string($0) })),
                ]
                if !kept.isEmpty { pairs.append(("services", .list(kept.map { .string($0) }))) }
                for field in ["description", "users", "groups"] {
                    if let value = role.value[field], let literal = PythonLiteral(value) {
                        pairs.append((field, literal))
                    }
                }
                return .dictionary(pairs)
            }
    }

    /// The service that stops unused servers, as the JupyterHub chart runs it; defaults are that chart's.
    private mutating func culler() -> (service: PythonLiteral, role: PythonLiteral)? {
        typealias Defaults = CullingFacts.Defaults
        let cull = facts.culling
        guard read(cull.isEnabled, else: Defaults.isEnabled) else { return nil }
        let removesUsers = read(cull.removesUsers, else: Defaults.removesUsers)
        let includesAdministrators = read(cull.includesAdministrators, else: Defaults.includesAdministrators)
        let maxAge = read(cull.maxAge, else: Defaults.maxAge)
        var arguments = [
            "-m", "jupyterhub_idle_culler", "--url=\(hubAPI)",
            "--timeout=\(read(cull.timeout, else: Defaults.timeout))",
            "--cull-every=\(read(cull.every, else: Defaults.every))",
            "--concurrency=\(read(cull.concurrency, else: Defaults.concurrency))",
        ]
        var scopes = ["list:users", "read:users:activity", "read:servers", "delete:servers"]
        if maxAge > 0 { arguments.append("--max-age=\(maxAge)") }
        if removesUsers { arguments.append("--cull-users") }
        if !includesAdministrators { arguments.append("--cull-admin-users=false") }
        if removesUsers || !includesAdministrators { scopes.append("admin:users") }
        if read(cull.removesNamedServers, else: Defaults.removesNamedServers) {
            arguments.append("--remove-named-servers")
        }
        let name = ServiceFacts.culler
        settings.parts.append(
            LocalPart(name: name, program: .python, arguments: arguments, environment: [:], needsHub: true))
        let service = begun(name)
        let role: [(key: String, value: PythonLiteral)] = [
            ("name", .string(name)), ("scopes", .list(scopes.map { .string($0) })),
            ("services", .list([.string(name)])),
        ]
        return (.dictionary(service), .dictionary(role))
    }

    /// The service that lets users download their homes.
    private mutating func downloads() -> (service: PythonLiteral, role: PythonLiteral)? {
        guard hasDownloads else { return nil }
        let folder = context.folder
        let name = Self.downloadsName
        let arguments = [
            "home", "serve", "--homes", folder.homes, "--state", folder.downloads, "--exports", folder.exports,
            "--name-scheme", "escape",
        ]
        let address = "http://127.0.0.1:\(context.ports.downloads)"
        let environment = [
            "JUPYTERHUB_SERVICE_NAME": name, "JUPYTERHUB_SERVICE_PREFIX": "\(baseURL)services/\(name)/",
            "JUPYTERHUB_SERVICE_URL": address, "JUPYTERHUB_API_URL": hubAPI, "JUPYTERHUB_BASE_URL": baseURL,
        ]
        settings.parts.append(
            LocalPart(name: name, program: .hubfleet, arguments: arguments, environment: environment, needsHub: false))
        let service = begun(name) + [("url", .string(address)), ("oauth_no_confirm", .bool(true))]
        let role: [(key: String, value: PythonLiteral)] = [
            ("name", .string(Self.downloadsName)), ("scopes", .list([.string("list:users"), .string("read:users")])),
            ("services", .list([.string(Self.downloadsName)])),
        ]
        return (.dictionary(service), .dictionary(role))
    }

    /// What the service may do that checks the hub; scopes of the values win, as in the chart basehub.
    private var healthRole: PythonLiteral {
        let own = facts.services.roles.first { $0.name == HealthFacts.service }?.scopes.map(\.value) ?? []
        let scopes = own.isEmpty ? HealthFacts.scopes(for: facts.health.user) : own
        return .dictionary([
            ("name", .string(HealthFacts.service)), ("scopes", .list(scopes.map { .string($0) })),
            ("services", .list([.string(HealthFacts.service)])),
        ])
    }

    /// Where services ask the hub.
    private var hubAPI: String { "http://127.0.0.1:\(context.ports.internalHub)\(baseURL)hub/api" }

    /// The beginning of a service that has a token.
    private mutating func begun(_ name: String) -> [(key: String, value: PythonLiteral)] {
        settings.serviceNames.append(name)
        return [
            ("name", .string(name)), ("api_token", .expression("service_tokens[\(PythonLiteral.quoted(name))]")),
        ]
    }
}
