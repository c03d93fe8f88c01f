import Foundation

/// The charts of a fleet repository: folders below `helm-charts/` that hold a Chart.yaml.
package struct Charts: Sendable {
    package static let folder = "helm-charts"
    package let names: Set<String>

    package init(root: String) {
        let folder = "\(root)/\(Self.folder)"
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        names = Set(entries.filter { FileManager.default.fileExists(atPath: "\(folder)/\($0)/Chart.yaml") })
    }
}
