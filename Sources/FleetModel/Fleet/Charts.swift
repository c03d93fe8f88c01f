import Texts

/// The charts of a fleet repository: folders below `helm-charts/` that hold a Chart.yaml.
package struct Charts: Sendable, Equatable {
    /// The folder of all charts, relative to the root of the fleet repository.
    package static let folder = "helm-charts"

    /// The names of their folders, also of those whose Chart.yaml cannot be read, which is said where it is.
    package let names: Set<ExactText>

    package init(in source: some FleetSource) {
        let entries = source.entries(Self.folder) ?? []
        names = Set(entries.filter { source.kind("\(Self.folder)/\($0)/Chart.yaml") != .missing }.map(\.exact))
    }
}
