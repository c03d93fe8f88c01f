/// The names of classes and of their settings, as JupyterHub reads them below `hub.config`.
package enum JupyterHubNames {
    private static var table: SettingTable { SettingTable.packaged }

    /// All classes that are known.
    static let classNames = Set(table.classes.keys)

    /// The settings of a class, with those that it inherits; nil for a class that is not known.
    static func settings(of name: String) -> Set<String>? { names[name] }

    private static let names = table.classes.mapValues { Set($0.keys) }

    /// A setting of a class, its own or one that it inherits.
    static func setting(_ name: String, of owner: String) -> SettingTable.Setting? { table.classes[owner]?[name] }

    /// A setting of some class that is made from another one.
    static func setting(_ name: String, below owner: String) -> SettingTable.Setting? {
        table.ancestors.filter { $0.value.contains(owner) }.keys.sorted().lazy.compactMap { table.classes[$0]?[name] }
            .first
    }

    /// The classes that a class is made from, the nearest first. Of a class that is not known its name says something.
    static func ancestors(of name: String) -> [String] {
        if let known = table.ancestors[name] { return known }
        if name.hasSuffix("OAuthenticator") { return ["OAuthenticator", "Authenticator"] }
        return name.hasSuffix("Authenticator") ? ["Authenticator"] : []
    }
}
