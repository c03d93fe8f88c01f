import FleetModel
import Texts

/// What the Chart.yaml of a chart, or the file that replaces it, says of other charts.
struct ChartMetadata: Sendable {
    /// The file of the fleet that it was read from.
    let file: String
    let dependencies: [ChartDependency]
    /// Versions that somebody settled on, by name and repository.
    private let locked: [ExactText: String]

    /// - Parameters:
    ///   - folder: the chart's.
    ///   - override: a file that replaces the Chart.yaml of basehub, or of the chart itself when basehub is no part of it.
    ///   - isTop: whether no chart is around it.
    ///   - source: the fleet.
    /// - Throws: `RenderError` when there is no such chart.
    init(of folder: String, override: String?, isTop: Bool, in source: any FleetSource) async throws {
        let own = "\(folder)/Chart.yaml"
        let root = try await Self.root(of: own, in: source)
        let isBasehub = folder.exact == "\(Charts.folder)/basehub".exact
        let isReplaced = override != nil && (isBasehub || isTop && !ChartDependency.declared(by: root).hasBasehub)
        file = isReplaced ? override ?? own : own
        let metadata = isReplaced ? try await Self.root(of: file, in: source) : root
        let declared = ChartDependency.declared(by: metadata)
        // The form of charts of Helm 2.
        if declared.isEmpty, source.kind("\(folder)/requirements.yaml") == .file {
            let older = try await Self.root(of: "\(folder)/requirements.yaml", in: source)
            dependencies = ChartDependency.declared(by: older)
        } else {
            dependencies = declared
        }
        var locked: [ExactText: String] = [:]
        if !isReplaced {
            let names = ["Chart.lock", "requirements.lock"].map { "\(folder)/\($0)" }
            for name in names where source.kind(name) == .file {
                let lock = try await Self.root(of: name, in: source)
                for entry in ChartDependency.declared(by: lock) { locked[entry.origin] = entry.version }
            }
        }
        self.locked = locked
    }

    /// The version that is wanted: of a range the one that the lock file names, if it names one.
    func version(of dependency: ChartDependency) -> String {
        let wanted = dependency.version ?? ""
        let isRange = wanted.isEmpty || wanted.contains { "^~<>=*xX| ,".contains($0) }
        return isRange ? locked[dependency.origin] ?? wanted : wanted
    }

    private static func root(of file: String, in source: any FleetSource) async throws -> Value? {
        if source.kind(file) == .outside { throw RenderError.outside(file) }
        guard let bytes = await source.contents(file) else { throw RenderError.unreadable(file) }
        return YAMLReader.read(bytes, file: file).root
    }
}

extension ChartDependency {
    /// The chart below `helm-charts/` that it is; nil when it comes from elsewhere.
    var sibling: String? {
        guard let rest = repository?.exact.without(prefix: "file://../") else { return nil }
        return LayerName.isPlain(rest.text) && !rest.isEmpty ? rest.text : nil
    }

    var isSibling: Bool { sibling != nil }

    /// Name and repository, by which the entries of a lock file are found.
    fileprivate var origin: ExactText { "\(name)\n\(repository ?? "")".exact }
}

extension [ChartDependency] {
    fileprivate var hasBasehub: Bool { contains { $0.name.exact == "basehub" } }
}
