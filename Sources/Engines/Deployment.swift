import FleetModel

/// What a hub shall run with from now on.
package struct Deployment: Sendable {
    package let release: Release
    package let values: EffectiveValues
    /// The commit that was checked out in the fleet repository; nil when it is not known. Files may have been changed since.
    package let commit: String?

    package init(_ release: Release, values: EffectiveValues, commit: String? = nil) {
        self.release = release
        self.values = values
        self.commit = commit
    }
}
