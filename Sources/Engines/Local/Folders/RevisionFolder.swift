/// The folder of one revision of a hub's configuration. It is written once and then only read.
package struct RevisionFolder: Sendable, Equatable {
    package let hub: HubFolder
    package let number: Int

    /// Absolute.
    var path: String { "\(hub.revisions)/\(number)" }
    var config: String { path + "/" + Self.configName }
    /// Hubfleet's Python package and its templates.
    var python: String { path + "/python" }
    var templates: String { python + "/templates" }
    /// Files of the hub's values that servers find in their configuration folders.
    var files: String { path + "/files" }

    static let configName = "jupyterhub_config.py"
    /// The facts of the revision.
    static let factsName = "revision.json"
    static let requirementsName = "requirements.txt"
}
