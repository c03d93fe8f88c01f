import FleetModel
import Foundation
import Texts

/// What a Chart.yaml says of one chart that it depends on.
struct ChartDependency: Sendable {
    let name: String
    let version: String?
    let repository: String?
    /// The key that its values stand below: its name, or an alias.
    let key: String
    let conditions: [String]
    let tags: [String]
    let imports: [Chart.Import]
    let location: SourceLocation

    /// All that a Chart.yaml lists, in its order.
    static func declared(by metadata: Value?) -> [ChartDependency] {
        (metadata?["dependencies"]?.list ?? []).compactMap(ChartDependency.init)
    }

    private init?(_ entry: Value) {
        guard let name = entry["name"]?.string else { return nil }
        self.name = name
        version = entry["version"]?.string
        repository = entry["repository"]?.string
        key = entry["alias"]?.string ?? name
        conditions = (entry["condition"]?.string ?? "").split(separator: ",").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        tags = entry["tags"]?.list?.compactMap(\.string) ?? []
        imports = entry["import-values"]?.list?.compactMap(Chart.Import.init) ?? []
        location = entry.location
    }
}

extension Chart.Import {
    /// An entry of `import-values`: the name of an export, or a map with `child` and `parent`.
    fileprivate init?(_ value: Value) {
        func path(_ text: String) -> [String] {
            text == "." ? [] : text.exact.split(at: ".").filter { !$0.isEmpty }.map(\.text)
        }
        if let name = value.string {
            self.init(child: ["exports"] + path(name), parent: [])
        } else if let child = value["child"]?.string, let parent = value["parent"]?.string {
            self.init(child: path(child), parent: path(parent))
        } else {
            return nil
        }
    }
}
