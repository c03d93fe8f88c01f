import FleetModel

extension LocalTranslator {
    /// The page before the login: the chart's template variables, shown by Hubfleet's own template.
    mutating func addHomePage() {
        begin("Home page")
        let variables = take("custom", "homepage", "templateVars")
        let name: [(key: String, value: PythonLiteral)] = [
            ("name", .string(context.hub.id)), ("title", .string(context.hub.title)),
        ]
        var pairs: [(key: String, value: PythonLiteral)] = [("hub", .dictionary(name))]
        if let variables, let literal = PythonLiteral(variables) { pairs.append(("homepage", literal)) }
        for (key, value) in take("hub", "templateVars")?.map ?? ValueMap() {
            if let literal = PythonLiteral(value) { pairs.append((key, literal)) }
        }
        set("c.JupyterHub.template_paths", .list([.string(context.folder.templates)]), from: "hubfleet's templates")
        set(
            "c.JupyterHub.template_vars", .dictionary(pairs),
            from: variables.map { "\($0.location)" } ?? "the hub's name")
        if let repository = take("custom", "homepage", "gitRepoUrl") {
            _ = take("custom", "homepage", "gitRepoBranch")
            limit(
                "templates of the home page", "Hubfleet's own page shows the same variables", at: repository.location)
        }
    }
}
