import FleetModel

/// The configuration of a hub on this machine, made from its effective values.
package struct LocalSettings: Sendable, Equatable {
    /// One line of the generated configuration.
    package struct Setting: Sendable, Equatable {
        /// What is set, such as `c.JupyterHub.allow_named_servers`.
        package let name: String
        package let value: PythonLiteral
        /// The place in the fleet repository that sets it, or why Hubfleet does.
        package let source: String
    }

    package struct Section: Sendable, Equatable {
        package let title: String
        package var settings: [Setting]
    }

    /// A file of the hub's values that servers find in their configuration folders.
    package struct File: Sendable, Equatable {
        /// Relative to the revision's folder `files`.
        package let path: String
        package let text: String
    }

    /// Something of the values that one machine cannot do, or does in another way.
    package struct Limit: Sendable, Equatable, Codable {
        package let what: String
        package let why: String
        /// The place that sets it; nil when there are several.
        package let place: SourceLocation?
    }

    package var sections: [Section]
    package var files: [File]
    package var limits: [Limit]
    /// Names that log in with the administrators' password.
    package var administrators: [String]
    /// Services that get a new token each, kept in the hub's folder.
    package var serviceNames: [String]
    /// What runs beside the hub.
    var parts: [LocalPart] = []
}
