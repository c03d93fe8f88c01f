import FleetModel
import Texts

/// The files in the folder of a chart, as Helm walks through them: it follows links wherever they lead, and puts what it finds
/// there into the release.
struct ChartLinks {
    /// No real chart has more files, or deeper folders; links in a circle would have no end of them.
    private static let maximumFiles = 20_000
    private static let maximumDepth = 12

    private var findings: [Finding] = []
    private var left = ChartLinks.maximumFiles
    private var isWhole = true

    /// A finding for each name that leads out of the repository, and for a chart without end. The Chart.yaml itself is spoken
    /// of where it is read.
    static func findings(in place: ChartPlace) -> [Finding] {
        var links = ChartLinks()
        links.add(place, depth: 0)
        guard !links.isWhole else { return links.findings }
        let endless = Finding(
            rule: "values/unreadable-chart",
            "this chart has more than \(maximumFiles) files, or folders deeper than \(maximumDepth), perhaps by links in a "
                + "circle", advice: "take out what is no part of it", at: SourceLocation(file: place.shown))
        return links.findings + [endless]
    }

    private mutating func add(_ place: ChartPlace, depth: Int) {
        guard depth < Self.maximumDepth else {
            isWhole = false
            return
        }
        for name in place.entries where isWhole {
            left -= 1
            isWhole = left > 0
            let kind = place.kind(name)
            guard !place.ignores(name, isFolder: kind == .folder) else { continue }
            switch kind {
            case .outside where name != "Chart.yaml":
                findings.append(
                    Finding(
                        rule: "values/outside", "this is a link that leads out of the repository, and is not read",
                        advice: "put here what it leads to", at: SourceLocation(file: "\(place.shown)/\(name)")))
            case .folder: add(place.below(name), depth: depth + 1)
            default: break
            }
        }
    }

    /// Whether Helm finds any file in a folder.
    static func holdsFiles(_ place: ChartPlace, depth: Int = 0) -> Bool {
        place.entries.contains { name in
            let isFolder = place.kind(name) == .folder
            guard !place.ignores(name, isFolder: isFolder) else { return false }
            return !isFolder || (depth < maximumDepth && holdsFiles(place.below(name), depth: depth + 1))
        }
    }
}
