import FleetModel
import Texts

/// What a chart says of itself in its Chart.yaml and, in the older form, in a `requirements.yaml`.
struct ChartMetadata: Sendable {
    let name: String?
    let version: ChartVersion?
    /// Nil without a list; an empty one is one.
    let dependencies: [ChartDependency]?
    /// What Helm refuses about its dependencies.
    private(set) var faults: [Finding] = []

    /// - Parameters:
    ///   - chart: the Chart.yaml.
    ///   - requirements: the `requirements.yaml`. Helm reads it over the Chart.yaml, key by key and entry by entry, also in
    ///     charts of the newer form.
    init(_ chart: Value?, requirements: Value?) {
        let files = [requirements, chart].compactMap(\.self)
        name = files.lazy.compactMap { $0.field("name")?.plainText }.first
        version = files.lazy.compactMap { $0.field("version")?.plainText }.first.flatMap(ChartVersion.init)
        let lists = files.compactMap { $0.field("dependencies") }
        guard let list = lists.first?.list else {
            dependencies = nil
            return
        }
        let below = lists.dropFirst().first?.list ?? []
        var read: [ChartDependency] = []
        var faults: [Finding] = []
        for (index, entry) in list.enumerated() {
            let declared = ChartDependency(entry, over: index < below.count ? below[index] : nil)
            guard let declared else {
                faults.append(Self.fault("a dependency needs a name", advice: "give it one", at: entry.location))
                continue
            }
            faults += Self.faults(of: declared, after: read)
            read.append(declared)
        }
        dependencies = read
        self.faults = faults
    }

    /// Whether a file that replaces a Chart.yaml of a release's chart is meant for the one in a folder: for that of
    /// basehub, or for that of the chart itself when basehub is no part of it.
    ///
    /// - Parameters:
    ///   - folder: the chart's, in the fleet.
    ///   - isTop: whether no chart is around it.
    ///   - source: the fleet.
    /// - Returns: whether its own Chart.yaml does not count.
    static func isReplaced(in folder: String, isTop: Bool, _ source: any FleetSource) async -> Bool {
        if folder.exact == "\(Charts.folder)/basehub".exact { return true }
        guard isTop, let bytes = await source.contents("\(folder)/Chart.yaml") else { return isTop }
        let root = YAMLReader.read(bytes, file: folder).root
        return root?["dependencies"]?.list?.contains { $0["name"]?.string?.exact == "basehub" } != true
    }

    private static func faults(of declared: ChartDependency, after others: [ChartDependency]) -> [Finding] {
        var faults: [Finding] = []
        if let alias = declared.alias, !alias.utf8.allSatisfy(isPlain) {
            faults.append(
                fault(
                    "the alias \"\(alias.printable)\" has signs that Helm refuses",
                    advice: "use letters, digits, - and _", at: declared.location))
        }
        if let twin = others.first(where: { $0.key.exact == declared.key.exact }) {
            faults.append(
                fault(
                    "another dependency is named \"\(declared.key.printable)\" too",
                    advice: "give one of them an alias", at: declared.location, related: [twin.location]))
        }
        return faults
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    static func fault(
        _ message: String, advice: String, at place: SourceLocation, related: [SourceLocation] = []
    ) -> Finding {
        Finding(
            rule: "values/chart-metadata", "\(message), and Helm installs nothing", advice: advice, at: place,
            related: related)
    }
}
