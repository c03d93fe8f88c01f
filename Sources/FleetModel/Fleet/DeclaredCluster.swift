import Texts

/// What the files say that there is, also where they cannot be read to the end: so that no hub is left out of a list.
package struct DeclaredCluster: Sendable {
    package struct Hub: Sendable {
        /// Its name; nil when the entry has none that can be read.
        package let name: String?
        package let displayName: String?
        package let domain: String?
        package let chart: String?
        package let place: SourceLocation
    }

    /// The name in the file, or else that of the folder.
    package let name: String
    package let folder: String
    /// The provider as it is written.
    package let provider: String?
    package let hubs: [Hub]

    /// - Parameters:
    ///   - root: the tree of `cluster.yaml`; nil when it could not be read.
    ///   - folder: its folder.
    init(_ root: Value?, folder: String) {
        let folderName = FleetPath.names(in: folder).last ?? folder
        name = root?["name"]?.scalarText.flatMap { $0.isEmpty ? nil : $0 } ?? folderName
        self.folder = folder
        provider = root?["provider"]?.scalarText
        hubs = (root?["hubs"]?.list ?? []).filter { $0.map != nil }.map { hub in
            Hub(
                name: hub["name"]?.scalarText, displayName: hub["display_name"]?.scalarText,
                domain: hub["domain"]?.scalarText, chart: hub["helm_chart"]?.scalarText, place: hub.location)
        }
    }
}

extension Selector {
    /// Whether it chooses a cluster, or one of its hubs, by their names in the files.
    package func matches(_ declared: DeclaredCluster) -> Bool {
        let folder = FleetPath.names(in: declared.folder).last ?? ""
        guard Self.matches(cluster, declared.name) || Self.matches(cluster, folder) else { return false }
        return hub.map { hub in declared.hubs.contains { Self.matches(hub, $0.name ?? "") } } ?? true
    }

    /// Whether it chooses a hub by its name in the files.
    package func matches(_ hub: DeclaredCluster.Hub, of declared: DeclaredCluster) -> Bool {
        let folder = FleetPath.names(in: declared.folder).last ?? ""
        return (Self.matches(cluster, declared.name) || Self.matches(cluster, folder))
            && (self.hub.map { Self.matches($0, hub.name ?? "") } ?? true)
    }
}
