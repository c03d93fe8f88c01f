import FleetModel
import Texts

/// Which charts are below a chart.
extension ChartReader {
    /// What lies in `charts/`, and what the metadata name, in Helm's order.
    mutating func dependencies(
        _ metadata: ChartMetadata, of place: ChartPlace, at position: Position
    ) async -> [Chart.Dependency] {
        var below = position
        below.parents.append(place.shown)
        below.isProcessed = position.isProcessed && metadata.dependencies != nil
        let declared = metadata.dependencies ?? []
        let charts = await charts(in: place, at: below)
        guard position.isProcessed else {
            // Helm does not look at what is declared here, but for what is imported, each below its own name.
            return charts.map { Chart.Dependency($0.chart, origin: .found) }
                + declared.map { Chart.Dependency(Chart(key: $0.name), origin: .missing, imports: $0.imports) }
        }
        var named: [Chart.Dependency] = []
        for dependency in declared {
            guard let (chart, origin) = await self.chart(of: dependency, among: charts, in: place, at: below) else {
                continue
            }
            named.append(
                Chart.Dependency(
                    chart.named(dependency.key), origin: origin, conditions: dependency.conditions,
                    tags: dependency.tags, imports: dependency.imports))
        }
        let others = charts.filter { found in
            // One of this fleet was packed into `charts/` some time ago.
            !declared.contains {
                found.meets($0) || (!position.isInCharts && $0.isOfFleet && $0.name.exact == found.name.exact)
            }
        }
        return others.map { Chart.Dependency($0.chart, origin: .found) } + named
    }

    /// The chart that a dependency means: one of this fleet, one in `charts/`, or one below `upstream/`.
    private mutating func chart(
        of dependency: ChartDependency, among charts: [Found], in parent: ChartPlace, at position: Position
    ) async -> (Chart, Chart.Dependency.Origin)? {
        let unknown = Chart(key: dependency.key)
        if dependency.isOfFleet, !position.isInCharts {
            if let path = dependency.path(from: parent.path), source.kind("\(path)/Chart.yaml") != .missing {
                return await read(path, for: dependency, at: position).map { ($0, .declared) }
            }
            if !charts.contains(where: { $0.meets(dependency) }) {
                reportUnknownChart(dependency, from: parent)
                return (unknown, .declared)
            }
        }
        if let chart = charts.first(where: { $0.meets(dependency) }) { return (chart.chart, .declared) }
        let versioned = "\(dependency.name)-\(dependency.version ?? "")"
        if !position.isInCharts, LayerName.isPlain(versioned),
            source.kind("upstream/\(versioned)/Chart.yaml") != .missing
        {
            return await read("upstream/\(versioned)", for: dependency, at: position).map { ($0, .declared) }
        }
        return (unknown, reportMissing(dependency, versioned, among: charts, in: parent, at: position))
    }

    /// Reads a chart in a folder of the fleet.
    private mutating func read(
        _ path: String, for dependency: ChartDependency, at position: Position
    ) async -> Chart? {
        guard canGoOn(to: path, named: dependency.name, from: dependency.location, at: position) else { return nil }
        return await read(await beginning(at: path), at: position)?.chart
    }

    private mutating func canGoOn(
        to shown: String, named name: String, from place: SourceLocation, at position: Position
    ) -> Bool {
        let isLoop = position.parents.contains { $0.exact == shown.exact }
        if position.parents.count < Self.maximumDepth, total < Self.maximumCharts, !isLoop { return true }
        report(
            "values/chart-loop", "the chart \"\(name.printable)\" depends on itself, or is nested too deeply", at: place
        )
        return false
    }

    private mutating func reportUnknownChart(_ dependency: ChartDependency, from parent: ChartPlace) {
        let repository = (dependency.repository ?? "").printable
        guard let path = dependency.path(from: parent.path), source.kind(path) != .outside else {
            report(
                "values/outside", "\"\(repository)\" leads out of the repository, and is not read",
                advice: "put the chart below helm-charts/", at: dependency.location)
            return
        }
        report("values/unknown-chart", "there is no chart in \(path.printable)", at: dependency.location)
    }

    /// Says that a chart is not there.
    /// - Returns: whether Helm does without it, or has to fetch it before it does anything.
    private mutating func reportMissing(
        _ dependency: ChartDependency, _ versioned: String, among charts: [Found], in parent: ChartPlace,
        at position: Position
    ) -> Chart.Dependency.Origin {
        if charts.contains(where: { $0.name.exact == dependency.name.exact }) {
            report(
                "values/other-version",
                "no chart \"\(dependency.name.printable)\" in charts/ has a version that \"\(dependency.version ?? "")\" "
                    + "allows, so Helm takes another one by its own name",
                severity: .warning, advice: "`helm dependency build \(parent.shown)` fetches the one that is meant",
                at: dependency.location)
            return .missing
        }
        let isLeftOut = position.isInCharts
        report(
            "values/unknown-subchart",
            isLeftOut
                ? "\(versioned.printable) is not in charts/, so Helm does without it"
                : "the values and the schema of \(versioned.printable) are not at hand, so they are left out",
            severity: .note, advice: isLeftOut ? nil : "`helm dependency build \(parent.shown)` fetches them",
            at: dependency.location)
        return isLeftOut ? .missing : .declared
    }

    // MARK: - In charts/

    /// All charts in the folder `charts/` of a chart, whether anything names them or not.
    private mutating func charts(in place: ChartPlace, at position: Position) async -> [Found] {
        let folder = place.below("charts")
        var position = position
        position.isInCharts = true
        var charts: [Found] = []
        for name in folder.entries where !name.hasPrefix("_") && !name.hasPrefix(".") {
            let kind = folder.kind(name)
            guard kind != .outside, !folder.ignores(name, isFolder: kind == .folder),
                let chart = await chartPlace(name, kind, in: folder),
                canGoOn(to: chart.shown, named: name, from: SourceLocation(file: chart.shown), at: position),
                let found = await read(chart, at: position)
            else { continue }
            charts.append(found)
        }
        return charts
    }

    /// Where the chart of a name in `charts/` is; nil for what is none, with a finding when Helm refuses it.
    private mutating func chartPlace(_ name: String, _ kind: FileKind, in folder: ChartPlace) async -> ChartPlace? {
        let place = folder.below(name)
        let isArchive = name.exact.hasSuffix(".tgz")
        if kind == .folder, !isArchive {
            if place.kind("Chart.yaml") != .missing, !place.ignores("Chart.yaml", isFolder: false) { return place }
            // Helm sees files, and so no folder that holds none.
            guard ChartLinks.holdsFiles(place) else { return nil }
        } else if kind == .file, isArchive, let file = folder.file(name) {
            return await archive(file)
        } else if name.exact.hasSuffix(".prov") {
            return nil
        }
        report(
            "values/unreadable-chart", "this is no chart, and Helm refuses a folder charts/ that holds anything else",
            advice: "take it out, or begin its name with _", at: SourceLocation(file: place.shown))
        return nil
    }

    private mutating func archive(_ file: LayerFile) async -> ChartPlace? {
        do {
            guard let bytes = await file.source.contents(file.path) else { throw FleetSourceError.noFile(file.shown) }
            let archive = try ChartArchive(bytes)
            if archive.kind("Chart.yaml") == .file { return ChartPlace(in: archive, "", shown: file.shown) }
            throw ChartArchiveError.noFolder
        } catch {
            report(
                "values/broken-archive", "this archive of a chart cannot be read: \(error)",
                advice: "fetch it anew with `helm dependency build`", at: SourceLocation(file: file.shown))
            return nil
        }
    }
}

extension ChartReader.Found {
    /// Whether it is the chart that a dependency means.
    fileprivate func meets(_ dependency: ChartDependency) -> Bool {
        version.map { dependency.isMet(by: name, $0) } == true
    }
}

extension ChartDependency {
    private static let scheme: ExactText = "file://"

    /// Whether it is a chart of the same disk, which is packed into `charts/` before Helm installs.
    var isOfFleet: Bool { repository?.exact.hasPrefix(Self.scheme) == true }

    /// The path in the fleet of a chart of the same disk, seen from the folder of the chart that names it; nil when it
    /// leads out.
    func path(from folder: String) -> String? {
        guard let way = repository?.exact.without(prefix: Self.scheme), way.utf8.first != UInt8(ascii: "/") else {
            return nil
        }
        return FleetPath.joined(folder, way.text)?.description
    }
}
