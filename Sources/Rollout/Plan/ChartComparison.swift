import FleetModel
import Releases
import Texts

/// Something about a chart that two states have differently.
struct ChartDifference: Sendable {
    let reason: PlanReason
    /// The folder or the archive of the chart that it belongs to: one that is switched off counts for nothing.
    let root: String
    /// The key of the dependency that it is about; nil for all else. Where its files are at hand, they count instead.
    let dependency: String?
}

/// What came of comparing two charts.
struct ChartVerdict: Sendable {
    /// Whether no file differs, those of values among them.
    let isSame: Bool
    /// What may render to something else.
    let differences: [ChartDifference]

    static let same = ChartVerdict(isSame: true, differences: [])
}

/// Compares the charts of releases in two states, each pair of charts once.
///
/// What only makes values is left to the comparison of values. Templates cannot be judged without rendering, so one whose
/// text differs counts; what no template can show does not.
actor ChartComparison {
    private let before: FleetState
    private let after: FleetState
    private var sameness: Task<Bool, Never>?
    private var known: [ExactText: Task<ChartVerdict, Never>] = [:]

    init(_ before: FleetState, _ after: FleetState) {
        self.before = before
        self.after = after
    }

    /// What differs between the chart of a release before and after.
    func compare(_ old: Release, _ new: Release) async -> ChartVerdict {
        let names = [old, new].map { "\($0.chart.value)\0\($0.chartOverrideFile ?? "")" }
        let key = names.joined(separator: "\0\0").exact
        if let task = known[key] { return await task.value }
        let (before, after) = (before, after)
        let sameness = unchanged()
        let task = Task {
            if await Self.areNamedAlike(old, new, in: before, after), await sameness.value { return ChartVerdict.same }
            async let left = ChartSide(old, in: before)
            async let right = ChartSide(new, in: after)
            return await ChartPair(left, right).verdict
        }
        known[key] = task
        return await task.value
    }

    /// Whether two releases have the chart of one name, with equal replacements for its Chart.yaml.
    private static func areNamedAlike(
        _ old: Release, _ new: Release, in before: FleetState, _ after: FleetState
    ) async -> Bool {
        guard old.chart.value.exact == new.chart.value.exact else { return false }
        guard let left = old.chartOverrideFile, let right = new.chartOverrideFile else {
            return old.chartOverrideFile == nil && new.chartOverrideFile == nil
        }
        let identities = await (before.fleet.source.identity(left), after.fleet.source.identity(right))
        return identities.0 == identities.1 && identities.0 != nil
    }

    /// Whether no file of any chart differs: then no chart has to be read.
    private func unchanged() -> Task<Bool, Never> {
        if let sameness { return sameness }
        let (before, after) = (before.fleet.source, after.fleet.source)
        let task = Task {
            async let left = ChartFiles.all(of: before)
            async let right = ChartFiles.all(of: after)
            let both = await (left, right)
            return both.0 != nil && both.0 == both.1
        }
        sameness = task
        return task
    }
}

/// The files of a release's chart in one state. The folder of the chart itself counts as `CHART`, so that one that moved
/// is the same.
struct ChartSide: Sendable {
    struct File: Sendable {
        let path: String
        let identity: FileIdentity?
    }

    let release: Release
    let source: any FleetSource
    /// The files by their paths; nil when there is no end of them.
    let files: [ExactText: File]?
    /// The folders that they lie in, with `CHART` for the chart's own.
    let parts: [ExactText]

    static let own = "CHART"

    init(_ release: Release, in state: FleetState) async {
        self.release = release
        source = state.fleet.source
        guard let found = await state.fleet.loader.chartFiles(of: release) else {
            (files, parts) = (nil, [])
            return
        }
        let top = "\(Charts.folder)/\(release.chart.value)"
        func key(_ path: ExactText) -> ExactText {
            if path == top.exact { return Self.own.exact }
            return path.without(prefix: "\(top)/".exact).map { "\(Self.own)/\($0)".exact } ?? path
        }
        var files: [ExactText: File] = [:]
        for (path, identity) in found.identities { files[key(path)] = File(path: path.text, identity: identity) }
        if let override = release.chartOverrideFile, let file = files.removeValue(forKey: key(override.exact)) {
            let base = "\(Charts.folder)/basehub".exact
            let replaced = found.parts.contains(base) ? key(base) : Self.own.exact
            files["\(replaced)/Chart.yaml".exact] = file
        }
        self.files = files
        parts = found.parts.map(key).filter { $0 != release.chartOverrideFile?.exact }
    }

    func bytes(_ key: ExactText) async -> [UInt8]? {
        guard let file = files?[key] else { return nil }
        return await source.contents(file.path)
    }

    func tree(_ key: ExactText) async -> Value? {
        guard let file = files?[key], let bytes = await source.contents(file.path) else { return nil }
        return YAMLReader.read(bytes, file: file.path).root
    }

    /// The chart that a file belongs to, and its path there. An archive is a chart of its own.
    func place(of key: ExactText) -> (root: ExactText, rest: ExactText) {
        let part = parts.filter { key.hasPrefix("\($0)/".exact) }.max { $0.utf8.count < $1.utf8.count } ?? key
        var root = part
        var rest = key.without(prefix: "\(part)/".exact) ?? ""
        while let below = rest.without(prefix: "charts/") {
            let names = below.split(at: "/")
            guard names.count > 1 else { return below.hasSuffix(".tgz") ? (key, "") : (root, rest) }
            root = "\(root)/charts/\(names[0])".exact
            rest = names.dropFirst().map(\.text).joined(separator: "/").exact
        }
        return (root, rest)
    }

    /// A root with the folder of the chart itself in the place of its mark.
    func path(of root: ExactText) -> String {
        let top = "\(Charts.folder)/\(release.chart.value)"
        if root == Self.own.exact { return top }
        return root.without(prefix: "\(Self.own)/".exact).map { "\(top)/\($0)" } ?? root.text
    }
}
