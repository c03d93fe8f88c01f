import FleetModel
import FleetTools
import Texts

/// The files that a chart is handed to helm with, known before any of them is written.
///
/// All of them are read through the source of the fleet, so a link that leads out of it is an error and never followed;
/// what helm sees are plain files in a private folder.
struct ChartPlan: Sendable {
    enum Content: Sendable {
        /// A file of the fleet.
        case file(String)
        /// An archive that lies in another state of the fleet, such as one that git does not keep.
        case borrowed(String)
        /// An archive of the store.
        case archive(StoredChart)
        /// The Chart.yaml of a chart that the values switch off and that is not here.
        case stub(name: String, version: String)
    }

    /// By their paths below the folder that helm is given.
    let files: [ExactText: Content]
    /// Names and versions of charts that are not here: without templates, so they make no objects.
    let missing: [String]
    /// What tells the chart from others, with all charts below it.
    let digest: ContentDigest
    private let source: any FleetSource
    private let lender: (any FleetSource)?

    /// - Parameters:
    ///   - release: whose chart it is.
    ///   - values: what it runs with; they switch charts off.
    ///   - source: the fleet.
    ///   - lender: another state of it, whose archives of charts count where there are none.
    ///   - store: archives that were fetched.
    ///   - leavesOutMissing: whether charts that are not here are left out, instead of being an error.
    /// - Throws: `RenderError`.
    init(
        _ release: Release, _ values: EffectiveValues, in source: any FleetSource, lender: (any FleetSource)?,
        store: ChartStore, leavesOutMissing: Bool = false
    ) async throws {
        var walk = ChartPlanWalk(
            source: source, lender: lender, store: store, override: release.chartOverrideFile,
            leavesOutMissing: leavesOutMissing)
        try await walk.add(
            "\(Charts.folder)/\(release.chart.value)", to: "", enabled: values.chart, parents: [])
        guard walk.missing.isEmpty || leavesOutMissing else { throw RenderError.missingCharts(walk.missing) }
        (files, missing) = (walk.files, walk.missing)
        (self.source, self.lender) = (source, lender)
        var text = ""
        for (path, content) in walk.files.sorted(by: { $0.key < $1.key }) {
            text += "\(path)\0\(await Self.identity(of: content, in: source, lender: lender))\n"
        }
        digest = ContentDigest(of: Array(text.utf8))
    }

    private static func identity(
        of content: Content, in source: any FleetSource, lender: (any FleetSource)?
    ) async -> String {
        switch content {
        case .file(let path): "file \(await source.identity(path)?.description ?? "")"
        case .borrowed(let path): "file \(await lender?.identity(path)?.description ?? "")"
        case .archive(let archive): "archive \(archive.digest)"
        case .stub(let name, let version): "stub \(name) \(version)"
        }
    }

    /// Writes the chart into a folder.
    /// - Throws: `FileError` or `RenderError`.
    func write(to folder: PrivateFolder) async throws {
        for (path, content) in files { try folder.write(try await bytes(of: content), to: path.text) }
    }

    /// What a file of the chart holds.
    /// - Throws: `RenderError`.
    func bytes(of content: Content) async throws -> [UInt8] {
        switch content {
        case .file(let file):
            guard let bytes = await source.contents(file) else { throw RenderError.unreadable(file) }
            return bytes
        case .borrowed(let file):
            guard let bytes = await lender?.contents(file) else { throw RenderError.unreadable(file) }
            return bytes
        case .archive(let archive): return try archive.contents()
        case .stub(let name, let version):
            return Array("apiVersion: v2\nname: \(name)\nversion: \(version)\n".utf8)
        }
    }
}

/// Collects the files of a chart and of those below it.
struct ChartPlanWalk {
    /// No real chart is nested deeper, has more files, or deeper folders.
    private static let maximumDepth = 6
    private static let maximumFolders = 12
    private static let maximumFiles = 20_000

    private let source: any FleetSource
    private let lender: (any FleetSource)?
    private let store: ChartStore
    private let override: String?
    private let leavesOutMissing: Bool
    private(set) var files: [ExactText: ChartPlan.Content] = [:]
    /// Charts that are not here.
    private(set) var missing: [String] = []

    init(
        source: any FleetSource, lender: (any FleetSource)?, store: ChartStore, override: String?,
        leavesOutMissing: Bool
    ) {
        self.source = source
        self.lender = lender
        self.store = store
        self.override = override
        self.leavesOutMissing = leavesOutMissing
    }

    /// Adds a chart of the fleet.
    ///
    /// - Parameters:
    ///   - folder: where it lies in the fleet.
    ///   - target: where it goes to.
    ///   - enabled: the chart without those that are switched off; nil when nothing is known of it.
    ///   - parents: the folders of the charts around it.
    /// - Throws: `RenderError`.
    mutating func add(_ folder: String, to target: String, enabled: Chart?, parents: [String]) async throws {
        guard parents.count < Self.maximumDepth, !parents.contains(folder) else { throw RenderError.endless(folder) }
        let needs = try await ChartNeeds(of: folder, override: override, isTop: parents.isEmpty, in: source)
        let siblings = needs.dependencies.filter(\.isOfFleet).map(\.name)
        for name in source.entries(folder) ?? [] where name != "charts" {
            try addFiles("\(folder)/\(name)", to: join(target, name), depth: 1)
        }
        for name in source.entries("\(folder)/charts") ?? [] where !siblings.contains(where: name.isChart) {
            try addFiles("\(folder)/charts/\(name)", to: join(target, "charts/\(name)"), depth: 2)
        }
        files[join(target, "Chart.yaml").exact] = .file(needs.file)
        for dependency in needs.dependencies {
            let below = enabled?.dependencies.first { $0.chart.key.exact == dependency.key.exact }?.chart
            let isOff = enabled != nil && below == nil
            try await add(
                dependency, version: needs.version(of: dependency), of: folder, to: target, enabled: below,
                isOff: isOff,
                parents: parents + [folder])
        }
    }

    private func join(_ folder: String, _ name: String) -> String { folder.isEmpty ? name : "\(folder)/\(name)" }

    private mutating func addFiles(_ path: String, to target: String, depth: Int) throws {
        switch source.kind(path) {
        case .file:
            files[target.exact] = .file(path)
            guard files.count <= Self.maximumFiles else { throw RenderError.endless(path) }
        case .folder:
            guard depth < Self.maximumFolders else { throw RenderError.endless(path) }
            for name in source.entries(path) ?? [] {
                try addFiles("\(path)/\(name)", to: "\(target)/\(name)", depth: depth + 1)
            }
        case .outside: throw RenderError.outside(path)
        case .missing, .other: break
        }
    }

    private mutating func add(
        _ dependency: ChartDependency, version: String, of folder: String, to target: String, enabled: Chart?,
        isOff: Bool, parents: [String]
    ) async throws {
        let name = dependency.name
        guard LayerName.isPlain(name) else { return missing.append(name) }
        let place = join(target, "charts/\(name)")
        if dependency.isOfFleet {
            guard let chart = dependency.path(from: folder) else {
                throw RenderError.outside(dependency.repository ?? "")
            }
            guard source.kind("\(chart)/Chart.yaml") != .missing else { return missing.append(name) }
            return try await add(chart, to: place, enabled: enabled, parents: parents)
        }
        if (source.entries("\(folder)/charts") ?? []).contains(where: { $0.isChart(name) }) { return }
        let vendored = "upstream/\(name)-\(version)"
        if LayerName.isPlain("\(name)-\(version)"), source.kind("\(vendored)/templates") == .folder {
            return try addFiles(vendored, to: place, depth: 1)
        }
        let archive = "charts/\(name)-\(version).tgz"
        if LayerName.isPlain("\(name)-\(version)"), lender?.kind("\(folder)/\(archive)") == .file {
            files[join(target, archive).exact] = .borrowed("\(folder)/\(archive)")
            return
        }
        let origin = ChartSource(name: name, version: version, repository: dependency.repository ?? "")
        if let origin, let archive = store.find(origin) {
            files["\(place)-\(archive.version).tgz".exact] = .archive(archive)
        } else {
            if !isOff { missing.append("\(name) \(version)") }
            guard isOff || leavesOutMissing else { return }
            // Where its values are here without its templates, templates around it may read them.
            let isPlain = LayerName.isPlain("\(name)-\(version)")
            if !isOff, isPlain, source.kind(vendored) == .folder { return try addFiles(vendored, to: place, depth: 1) }
            let version = version.first?.isNumber == true && LayerName.isPlain(version) ? version : "0.0.0"
            files["\(place)/Chart.yaml".exact] = .stub(name: name, version: version)
        }
    }
}

extension String {
    /// Whether it is the name of the folder or of an archive of a chart.
    func isChart(_ name: String) -> Bool {
        guard exact != name.exact else { return true }
        guard let rest = exact.without(prefix: "\(name)-".exact), rest.hasSuffix(".tgz") else { return false }
        return rest.text.first?.isNumber == true
    }
}
