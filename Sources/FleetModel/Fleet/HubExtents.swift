/// What of a `cluster.yaml` is about which of its hubs: a part begins at a key of the file or at a hub, and ends where the
/// next one begins.
struct HubExtents: Sendable {
    /// Where parts begin, in the order of the file, and whether a hub does.
    private let starts: [(place: SourceLocation, isHub: Bool)]

    /// - Parameter root: the tree of the file.
    init(of root: Value) {
        let map = root.map ?? ValueMap()
        let keys = map.compactMap { map.entry($0.key)?.keyLocation }.map { (place: $0, isHub: false) }
        let hubs = (map["hubs"]?.list ?? []).map { (place: $0.location, isHub: true) }
        starts = (keys + hubs).sorted { $0.place < $1.place }
    }

    /// Where the hub begins that a place is about; nil when it is about the cluster.
    func hub(at place: SourceLocation) -> SourceLocation? {
        starts.last { $0.place <= place }.flatMap { $0.isHub ? $0.place : nil }
    }
}
