import FleetModel

/// A folder with a chart in it: one of the fleet, or what was unpacked from an archive.
struct ChartPlace: Sendable {
    let source: any FleetSource
    /// The folder in the source.
    let path: String
    /// The folder as people see it; for an archive, the archive.
    let shown: String

    init(in source: any FleetSource, _ path: String, shown: String? = nil) {
        self.source = source
        self.path = path
        self.shown = shown ?? path
    }

    /// A file in it; nil when nothing is there.
    func file(_ name: String) -> LayerFile? {
        guard source.kind("\(path)/\(name)") != .missing else { return nil }
        return LayerFile(in: source, "\(path)/\(name)", shown: "\(shown)/\(name)")
    }

    /// A folder in it, there or not.
    func below(_ name: String) -> ChartPlace {
        ChartPlace(in: source, "\(path)/\(name)", shown: "\(shown)/\(name)")
    }

    /// The names in it, sorted.
    var entries: [String] { source.entries(path) ?? [] }
}
