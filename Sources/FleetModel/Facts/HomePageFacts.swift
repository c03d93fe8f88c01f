/// The home page of a hub, before the login: its variables, and the source of its templates.
package struct HomePageFacts: Sendable {
    /// The variables of the page, by their names.
    package let variables: Value?
    package let logo: Setting<String>
    /// A git repository with templates of the hub's own.
    package let repository: Setting<String>

    /// The keys that lead to the variables, from the values of the JupyterHub chart on.
    package static let variablesPath = ["custom", "homepage", "templateVars"]

    init(_ custom: Value?) {
        let page = custom?["homepage"]
        variables = page?["templateVars"]
        logo = Setting(variables?["org", "logo_url"], path: Self.variablesPath + ["org", "logo_url"])
        repository = Setting(page?["gitRepoUrl"], path: ["custom", "homepage", "gitRepoUrl"])
    }
}
