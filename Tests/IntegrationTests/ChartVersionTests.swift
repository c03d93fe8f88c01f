import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Releases
import Testing

/// Which versions a declared range accepts, compared with the real Helm: in one chart, each sub-chart has a version, and gets
/// another name where the range holds it.
@Suite(.tags(.large), .needs("helm"))
struct ChartVersionTests {
    private var random = RandomRun.numbers(20_261_202)

    @Test func acceptsTheVersionsThatHelmAccepts() async throws {
        var test = self
        let helm = try HelmProbe("helm")
        for _ in 0..<RandomRun.rounds(4) {
            let folder = try test.chart(of: 150)
            let theirs = try await helm.values(chart: folder.path + "/helm-charts/probe", files: [])
            let fleet = try await OpenFleet(WorkingTree(folder.path), runner: RefusingCommandRunner())
            let cluster = try #require(fleet.fleet.clusters.first)
            let loaded = await fleet.load(Release(try #require(cluster.hubs.first), of: cluster))
            let ours = try #require(loaded.values.merged.json as? NSDictionary)
            guard ours != theirs else { continue }
            let wrong = differences(ours, theirs, path: "")
            let chart = try folder.read("helm-charts/probe/Chart.yaml")
            Issue.record("\(wrong.joined(separator: "; "))\n\(chart)")
            return
        }
    }

    private mutating func chart(of count: Int) throws -> TemporaryFolder {
        let folder = try TemporaryFolder().write([
            "config/clusters/c/cluster.yaml":
                "name: c\nprovider: local\nhubs: [{name: hub, helm_chart: probe, helm_chart_values_files: []}]\n",
            "helm-charts/probe/templates/probe.yaml": HelmProbe.template,
        ])
        var list = "apiVersion: v2\nname: probe\nversion: 1.0.0\ndependencies:\n"
        for index in 0..<count {
            let version = version()
            list += "  - {name: s\(index), alias: a\(index), version: \"\(range())\"} # \(version)\n"
            try folder.write([
                "helm-charts/probe/charts/s\(index)/Chart.yaml":
                    "apiVersion: v2\nname: s\(index)\nversion: \"\(version)\"\n"
            ])
        }
        return try folder.write(["helm-charts/probe/Chart.yaml": list])
    }

    private mutating func number() -> String {
        ["0", "0", "1", "1", "2", "3", "10"].randomElement(using: &random) ?? "0"
    }

    private mutating func ending() -> String {
        guard Int.random(in: 0..<3, using: &random) == 0 else { return "" }
        let ends = [
            "-dev", "-0", "-alpha.1", "-alpha.10", "-alpha.b", "-1.2", "+build.5", "-rc+1", "-0.dev.git.3.habc",
        ]
        return ends.randomElement(using: &random) ?? ""
    }

    private mutating func version() -> String {
        let count = [1, 2, 3, 3, 3, 3].randomElement(using: &random) ?? 3
        let start = Int.random(in: 0..<8, using: &random) == 0 ? "v" : ""
        return start + (0..<count).map { _ in number() }.joined(separator: ".") + ending()
    }

    private mutating func bound() -> String {
        let sign =
            ["", "", "=", "!=", ">", "<", ">=", "=>", "<=", "=<", "~", "~>", "^", "^"].randomElement(using: &random)
            ?? ""
        let space = Int.random(in: 0..<4, using: &random) == 0 ? " " : ""
        var text = version()
        if Int.random(in: 0..<4, using: &random) == 0 {
            text =
                ["*", "x", "1.x", "0.X", "1.2.*", "0.0.x", "1.x.x", "1.x-dev", "x.1"].randomElement(using: &random)
                ?? ""
        }
        return sign + space + text
    }

    private mutating func range() -> String {
        switch Int.random(in: 0..<12, using: &random) {
        case 0..<6: return bound()
        case 6: return "\(bound()), \(bound())"
        case 7: return "\(bound()) \(bound())"
        case 8: return "\(bound()) || \(bound())"
        case 9: return "\(version()) - \(version())"
        case 10: return "\(bound()),\(bound()) ||\(bound())"
        default:
            return ["", "nonsense", "1.2.3.4", ">", "1.0.0,", "a.b", "||", "01.2"].randomElement(using: &random) ?? ""
        }
    }
}
