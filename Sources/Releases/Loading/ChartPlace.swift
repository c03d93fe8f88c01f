import FleetModel

/// A folder with a chart in it: one of the fleet, or what an archive holds.
struct ChartPlace: Sendable {
    let source: any FleetSource
    /// The folder in the source; empty for its root.
    let path: String
    /// The folder as people see it; for an archive, the archive.
    let shown: String
    /// The way to it from the folder in which Helm begins to read, whose `.helmignore` counts for all that is below.
    private let inside: String
    private let ignoring: HelmIgnore?

    /// A folder in which Helm begins to read.
    init(in source: any FleetSource, _ path: String, shown: String? = nil, ignoring: HelmIgnore? = nil) {
        self.init(source, path, shown: shown ?? path, inside: "", ignoring: ignoring)
    }

    private init(_ source: any FleetSource, _ path: String, shown: String, inside: String, ignoring: HelmIgnore?) {
        self.source = source
        self.path = path
        self.shown = shown
        self.inside = inside
        self.ignoring = ignoring
    }

    /// The same folder without what Helm leaves out of it.
    func leavingOut(_ rules: HelmIgnore) -> ChartPlace {
        ChartPlace(source, path, shown: shown, inside: inside, ignoring: rules)
    }

    /// A file in it; nil when nothing is there.
    func file(_ name: String) -> LayerFile? {
        kind(name) == .missing ? nil : LayerFile(in: source, path(of: name), shown: "\(shown)/\(name)")
    }

    /// A file in it that Helm reads, too; nil when Helm finds nothing.
    func helmFile(_ name: String) -> LayerFile? {
        guard let file = file(name), !ignores(name, isFolder: false) else { return nil }
        return file
    }

    /// What stands at a name in it.
    func kind(_ name: String) -> FileKind { source.kind(path(of: name)) }

    /// Whether a link stands there, wherever it leads.
    func isLink(_ name: String) -> Bool { source.isLink(path(of: name)) }

    /// Whether Helm leaves a name in it out.
    func ignores(_ name: String, isFolder: Bool) -> Bool {
        ignoring?.ignores(inside.isEmpty ? name : "\(inside)/\(name)", isFolder: isFolder) == true
    }

    /// A folder in it, there or not.
    func below(_ name: String) -> ChartPlace {
        ChartPlace(
            source, path(of: name), shown: "\(shown)/\(name)", inside: inside.isEmpty ? name : "\(inside)/\(name)",
            ignoring: ignoring)
    }

    /// The names in it, sorted.
    var entries: [String] { source.entries(path) ?? [] }

    private func path(of name: String) -> String { path.isEmpty ? name : "\(path)/\(name)" }
}
