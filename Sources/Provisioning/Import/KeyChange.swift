/// How a key of another system's chart is said in Hubfleet's. Source: docs/charts/differences.md.
package struct KeyChange: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// The key has another name; what it holds stays.
        case rename(to: String)
        /// The key is left out, because of a reason that is said to people.
        case drop(because: String)
        /// A person must say it anew, in the way that is named.
        case byHand(String)
        /// The new charts refuse the key, for what they say of it; its lines become comments.
        case refused(String)
    }

    /// From the top of the chart's values.
    package let path: [String]
    package let kind: Kind

    private init(_ path: String, _ kind: Kind) {
        self.path = path.split(separator: ".").map(String.init)
        self.kind = kind
    }

    /// For the chart basehub, in the order in which they are looked for: parents before what they hold.
    package static let basehub = [
        KeyChange("inClusterNFS", .rename(to: "homeStorageClass")),
        KeyChange(
            "nfs.dirsizeReporter.reportTotalSize",
            .drop(because: "the sum of dirsize_total_size_bytes of one exporter says it without a switch")),
        KeyChange("jupyterhub.custom.2i2c", .rename(to: "staff")),
        KeyChange("jupyterhub.custom.2i2c.add_staff_user_ids_to_admin_users", .rename(to: "enabled")),
        KeyChange("jupyterhub.custom.2i2c.add_staff_user_ids_of_type", .rename(to: "idType")),
        KeyChange(
            "jupyterhub.custom.2i2c.staff_github_ids", .byHand("put the names into jupyterhub.custom.staff.ids.github")),
        KeyChange(
            "jupyterhub.custom.2i2c.staff_google_ids", .byHand("put the names into jupyterhub.custom.staff.ids.google")),
        KeyChange(
            "binderhub-service.networkPolicy.enabled",
            .drop(because: "the chart has policies of its own for builds, and this one would open more")),
        KeyChange(
            "binderhub-service.custom.sendLogsOfLaunchEventsTo2i2c", .rename(to: "sendLaunchEventsToGoogleCloud")),
    ]
}
