import FleetModel
import Texts

/// Which charts a chart of a fleet needs from elsewhere, and in which versions.
struct ChartNeeds: Sendable {
    /// The file of the fleet that says so: its Chart.yaml, or the one that replaces it.
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
        let isReplaced = await ChartMetadata.isReplaced(in: folder, isTop: isTop, source)
        let replacement = isReplaced ? override : nil
        file = replacement ?? "\(folder)/Chart.yaml"
        let older = "\(folder)/requirements.yaml"
        let requirements = source.kind(older) == .file ? try await Self.root(of: older, in: source) : nil
        let metadata = ChartMetadata(try await Self.root(of: file, in: source), requirements: requirements)
        dependencies = metadata.dependencies ?? []
        var locked: [ExactText: String] = [:]
        if replacement == nil {
            let names = ["Chart.lock", "requirements.lock"].map { "\(folder)/\($0)" }
            for name in names where source.kind(name) == .file {
                let lock = ChartMetadata(try await Self.root(of: name, in: source), requirements: nil)
                for entry in lock.dependencies ?? [] { locked[entry.origin] = entry.version }
            }
        }
        self.locked = locked
    }

    /// The version that is wanted: of a range the one that the lock file names, if it names one.
    func version(of dependency: ChartDependency) -> String {
        let wanted = dependency.version ?? ""
        return ChartVersion(wanted) == nil ? locked[dependency.origin] ?? wanted : wanted
    }

    private static func root(of file: String, in source: any FleetSource) async throws -> Value? {
        if source.kind(file) == .outside { throw RenderError.outside(file) }
        guard let bytes = await source.contents(file) else { throw RenderError.unreadable(file) }
        return YAMLReader.read(bytes, file: file).root
    }
}

extension ChartDependency {
    /// Name and repository, by which the entries of a lock file are found.
    fileprivate var origin: ExactText { "\(name)\n\(repository ?? "")".exact }
}
