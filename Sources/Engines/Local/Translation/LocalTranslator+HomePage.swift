import FleetModel

extension LocalTranslator {
    /// The page before the login: the chart's template variables, shown by the template of the chart basehub.
    mutating func addHomePage() {
        begin("Home page")
        let variables = take(path: HomePageFacts.variablesPath)
        let name: [(key: String, value: PythonLiteral)] = [
            ("name", .string(facts.hub.id)),
            ("is_copy", .bool(context.isCopy)),
        ]
        var pairs: [(key: String, value: PythonLiteral)] = [
            ("hub", .dictionary(name)), ("hub_title", .string(facts.hub.title)),
            ("has_own_logo", .bool(context.logo != nil)),
        ]
        if let variables, let literal = PythonLiteral(variables) { pairs.append(("custom", literal)) }
        for (key, value) in takeMap("hub", "templateVars") {
            if let literal = PythonLiteral(value) { pairs.append((key, literal)) }
        }
        // Last, so that the fleet cannot say otherwise.
        pairs.removeAll { $0.key == "hubfleet" }
        pairs.append(("hubfleet", loginFacts))
        set("c.JupyterHub.template_paths", .list([.string(context.revision.templates)]), from: "hubfleet's templates")
        set(
            "c.JupyterHub.template_vars", .dictionary(pairs),
            from: variables.map { "\($0.location)" } ?? "the hub's name")
        if let place = facts.homePage.logo.place {
            if let copy = context.logo {
                set("c.JupyterHub.logo_file", .string(copy), from: "\(place), copied")
            } else {
                limit("logo of the home page", "it could not be fetched, so the page links to it", at: place)
            }
        }
        _ = take("custom", "homepage", "gitRepoBranch")
        let repository = take(facts.homePage.repository)
        if repository.given != nil, repository.value != "" {
            limit("templates of the home page", "Hubfleet's own page shows the same variables", at: repository.place)
        }
    }
}
