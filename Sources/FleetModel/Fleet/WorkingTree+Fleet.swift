import Foundation

extension WorkingTree {
    /// The fleet repository that `path` is in: the nearest folder upwards with `fleet.yaml` or `config/clusters/`.
    package static func around(_ path: String) -> WorkingTree? {
        var folder = URL(filePath: path, directoryHint: .isDirectory).standardizedFileURL
        while true {
            let tree = WorkingTree(folder.path)
            if tree.holdsFleet { return tree }
            let parent = folder.deletingLastPathComponent().standardizedFileURL
            guard parent.path != folder.path else { return nil }
            folder = parent
        }
    }

    /// Whether the folder is the root of a fleet repository.
    package var holdsFleet: Bool {
        kind(FleetReader.policyFile) != .missing || kind(FleetReader.clustersFolder) != .missing
    }
}
