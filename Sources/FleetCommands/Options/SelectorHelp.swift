import ArgumentParser
import FleetModel

/// What commands say about selectors, and how shells complete them.
enum SelectorHelp {
    static let text: ArgumentHelp = "CLUSTER, CLUSTER/HUB, or with wildcards, such as '*/staging'."

    /// The hubs of the fleet around the present folder.
    static let completion = CompletionKind.custom { _, _, prefix in
        guard let root = try? FleetOptions().rootIfAny(in: .real(logging: LoggingOptions())),
            let fleet = try? FleetReader.read(root: root).fleet
        else { return [] }
        let names = fleet.clusters.map(\.name.value) + fleet.hubs.map(\.id)
        return names.filter { $0.hasPrefix(prefix) }
    }
}
