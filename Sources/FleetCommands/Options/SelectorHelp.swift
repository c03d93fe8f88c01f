import ArgumentParser
import FleetModel
import Foundation
import Texts

/// What commands say about selectors, and how shells complete them.
enum SelectorHelp {
    static let text: ArgumentHelp = "CLUSTER, CLUSTER/HUB, or with wildcards, such as '*/staging'."

    /// The hubs of the fleet around the present folder.
    static let completion = CompletionKind.custom { _, _, prefix in
        await names(beginningWith: prefix, around: FileManager.default.currentDirectoryPath)
    }

    /// Clusters, then hubs. Where there is no fleet, or none that can be read, nothing can be completed.
    static func names(beginningWith prefix: String, around folder: String) async -> [String] {
        guard let source = WorkingTree.around(folder), let fleet = try? await FleetReader.read(source).fleet else {
            return []
        }
        let names = fleet.clusters.map(\.name.value) + fleet.hubs.map(\.id)
        return names.filter { $0.exact.hasPrefix(prefix.exact) }
    }
}
