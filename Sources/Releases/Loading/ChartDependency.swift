import FleetModel
import Foundation
import Texts

/// What the metadata of a chart say of one chart that it depends on.
struct ChartDependency: Sendable {
    let name: String
    let version: String?
    let repository: String?
    let alias: String?
    let conditions: [String]
    let tags: [String]
    let imports: [Chart.Import]
    let location: SourceLocation

    /// The key that its values stand below: its name, or an alias.
    var key: String { alias ?? name }

    /// Nil without a name.
    ///
    /// - Parameters:
    ///   - entry: of a list of dependencies.
    ///   - below: the entry of another list at the same place, whose keys count where this one has none: Helm reads a
    ///     `requirements.yaml` into what it has of the Chart.yaml.
    init?(_ entry: Value, over below: Value? = nil) {
        func field(_ name: String) -> Value? { entry.field(name) ?? below?.field(name) }
        guard let name = field("name")?.plainText, !name.isEmpty else { return nil }
        self.name = name
        version = field("version")?.plainText
        repository = field("repository")?.plainText
        alias = field("alias")?.plainText.flatMap { $0.isEmpty ? nil : $0 }
        // Helm takes spaces away at the ends of the whole alone.
        let condition = (field("condition")?.plainText ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        conditions = condition.exact.split(at: ",").map(\.text).filter { !$0.isEmpty }
        tags = field("tags")?.list?.compactMap(\.plainText) ?? []
        imports = field("import-values")?.list?.compactMap(Chart.Import.init) ?? []
        location = entry.location
    }

    /// Whether a chart of this name and version is the one that is meant.
    func isMet(by name: String, _ version: ChartVersion) -> Bool {
        name.exact == self.name.exact && ChartVersionRange(self.version ?? "")?.contains(version) == true
    }
}

extension Chart.Import {
    /// An entry of `import-values`: the name of an export, or a map with `child` and `parent`.
    fileprivate init?(_ value: Value) {
        if let name = value.string {
            self.init(child: ["exports"] + Self.steps(name), parent: [])
        } else if let child = value["child"]?.plainText, let parent = value["parent"]?.plainText {
            self.init(child: Self.steps(child), parent: parent == "." ? [] : Self.steps(parent))
        } else {
            return nil
        }
    }

    private static func steps(_ path: String) -> [String] { path.exact.split(at: ".").map(\.text) }
}

extension Value {
    /// The value of a key of a chart's metadata. Helm also takes one that is written in other letters, such as `Name`.
    func field(_ name: String) -> Value? {
        guard let map else { return nil }
        return map[name] ?? map.first { $0.key.lowercased() == name }?.value
    }

    /// The text, also of what is none in YAML: Helm writes numbers and truth values as text where it wants one.
    var plainText: String? {
        switch content {
        case .string(let text): text
        case .bool(let flag): "\(flag)"
        case .integer(let number): "\(number)"
        case .unsigned(let number): "\(number)"
        case .float(let number): Int64(exactly: number).map { "\($0)" } ?? "\(number)"
        default: nil
        }
    }
}
