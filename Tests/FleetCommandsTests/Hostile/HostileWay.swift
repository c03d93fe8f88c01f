import FleetTesting
import FleetTools
import Foundation
import Testing

/// A way in which a change request tries to show what is none of the fleet's.
struct HostileWay: Sendable, CustomTestStringConvertible {
    /// What the outside of the fleet holds, beside it on the disk.
    struct Outside: Sendable {
        /// The folder that both lie in.
        let base: String
        let fleet: TemporaryFolder
        /// Removes both when it goes.
        let keeper: TemporaryFolder
        var folder: String { "\(base)/outside" }

        func link(_ path: String, to target: String) throws {
            let place = URL(filePath: "\(fleet.path)/\(path)")
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try? FileManager.default.removeItem(at: place)
            try FileManager.default.createSymbolicLink(atPath: place.path, withDestinationPath: target)
        }

        /// Adds values files to the hub's list.
        func list(_ files: String...) throws {
            let text = try fleet.read("config/clusters/c/cluster.yaml")
            let names = files.map { ", \"\($0)\"" }.joined()
            try fleet.write([
                "config/clusters/c/cluster.yaml": text.replacing("prod.values.yaml", with: "prod.values.yaml\(names)")
            ])
        }

        /// Makes the chart's own jsonnet.
        func jsonnet(_ text: String) throws { try fleet.write(["helm-charts/basehub/values.jsonnet": text]) }

        /// Adds a dependency to the chart.
        func depend(_ entry: String) throws {
            let text = try fleet.read("helm-charts/basehub/Chart.yaml")
            let list = text.contains("dependencies:") ? text : text + "dependencies:\n"
            try fleet.write(["helm-charts/basehub/Chart.yaml": list + "  - \(entry)\n"])
        }

        /// An archive of a chart, made by Python, whose library writes whatever it is told.
        func pack(_ members: String) async throws {
            let path = "\(fleet.path)/helm-charts/basehub/charts/sub-1.0.0.tgz"
            try FileManager.default.createDirectory(
                at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
            let script = """
                import io, sys, tarfile
                outside = sys.argv[2]
                with tarfile.open(sys.argv[1], "w:gz") as archive:
                    def add(name, text="", kind=tarfile.REGTYPE, target=""):
                        member = tarfile.TarInfo(name)
                        member.type, member.linkname, member.size = kind, target, len(text)
                        archive.addfile(member, io.BytesIO(text.encode()))
                    add("sub/Chart.yaml", "name: sub\\nversion: 1.0.0\\n")
                    \(members.replacing("\n", with: "\n    "))
                """
            try await RealThings.runner().check(Invocation("python3", ["-c", script, path, folder]))
        }
    }

    let name: String
    /// Whether `validate` must call it an error; some ways simply lead nowhere.
    let isRefused: Bool
    let apply: @Sendable (Outside) async throws -> Void
    var testDescription: String { name }
    /// Whether it takes the place of what other ways change.
    var replacesTheChart: Bool { ["a chart that is a link", "a chart above the fleet"].contains(name) }

    init(_ name: String, isRefused: Bool = true, _ apply: @escaping @Sendable (Outside) async throws -> Void) {
        self.name = name
        self.isRefused = isRefused
        self.apply = apply
    }
}

extension HostileWay {
    static let all = files + charts + archives + jsonnets

    /// Through files of clusters.
    static let files = [
        HostileWay("a values file above the fleet") { try $0.list("../../../../outside/plain.yaml") },
        HostileWay("an absolute values file") { try $0.list("\($0.folder)/plain.yaml") },
        HostileWay("a values file that is a link") {
            try $0.link("config/clusters/c/x.values.yaml", to: "../../../../outside/plain.yaml")
            try $0.list("x.values.yaml")
        },
        HostileWay("a values file that is an absolute link") {
            try $0.link("config/clusters/c/x.values.yaml", to: "\($0.folder)/plain.yaml")
            try $0.list("x.values.yaml")
        },
        HostileWay("a chain of links") {
            try $0.link("config/clusters/c/x.values.yaml", to: "y")
            try $0.link("config/clusters/c/y", to: "../z")
            try $0.link("config/clusters/z", to: "../../../outside/plain.yaml")
            try $0.list("x.values.yaml")
        },
        HostileWay("a folder that is a link") {
            try $0.link("config/clusters/c/far", to: "../../../../outside")
            try $0.list("far/plain.yaml")
        },
        HostileWay("an encrypted file that is a link") {
            try $0.link("config/clusters/c/enc-x.secret.values.yaml", to: "../../../../outside/enc.secret.yaml")
            try $0.list("enc-x.secret.values.yaml")
        },
        HostileWay("an encrypted file that is not encrypted") {
            try $0.link("config/clusters/c/enc-x.secret.values.yaml", to: "\($0.folder)/plain.yaml")
            try $0.list("enc-x.secret.values.yaml")
        },
        HostileWay("a cluster.yaml that is a link") {
            try $0.link("config/clusters/d/cluster.yaml", to: "../../../../outside/cluster.yaml")
        },
        HostileWay("a cluster that is a link") { try $0.link("config/clusters/outside", to: "../../../outside") },
        HostileWay("a fleet.yaml that is a link") { try $0.link("fleet.yaml", to: "../outside/fleet.yaml") },
        HostileWay("a file with the key of a cluster") {
            try $0.link("config/clusters/c/enc-k.secret.yaml", to: "../../../../outside/enc.secret.yaml")
        },
        HostileWay("a domain from elsewhere") {
            try $0.link("config/clusters/c/enc-domain.secret.yaml", to: "../../../../outside/enc.secret.yaml")
            let text = try $0.fleet.read("config/clusters/c/cluster.yaml")
            try $0.fleet.write([
                "config/clusters/c/cluster.yaml": text.replacing(
                    "domain: hub.example.org",
                    with: "domain: hub.example.org, domain_override_file: enc-domain.secret.yaml")
            ])
        },
        HostileWay("the settings of git") { try $0.list("../../../.git/config") },
        HostileWay("the settings of git by a link") {
            try $0.link("config/clusters/c/x.values.yaml", to: "../../../.git/config")
            try $0.list("x.values.yaml")
        },
        HostileWay("the variables of the process") {
            try $0.link("config/clusters/c/x.values.yaml", to: "/proc/self/environ")
            try $0.list("x.values.yaml")
        },
    ]

    /// Through charts.
    static let charts = [
        HostileWay("a chart that is a link") { try $0.link("helm-charts/basehub", to: "../../outside/chart") },
        HostileWay("a chart above the fleet") {
            let text = try $0.fleet.read("config/clusters/c/cluster.yaml")
            try $0.fleet.write([
                "config/clusters/c/cluster.yaml": text.replacing(
                    "helm_chart: basehub", with: "helm_chart: ../../outside/chart")
            ])
        },
        HostileWay("a Chart.yaml that is a link") {
            try $0.link("helm-charts/basehub/Chart.yaml", to: "../../../outside/chart/Chart.yaml")
        },
        HostileWay("a requirements.yaml that is a link") {
            try $0.link("helm-charts/basehub/requirements.yaml", to: "../../../outside/plain.yaml")
        },
        HostileWay("defaults that are a link") {
            try $0.link("helm-charts/basehub/values.yaml", to: "../../../outside/plain.yaml")
        },
        HostileWay("a schema that is a link") {
            try $0.link("helm-charts/basehub/values.schema.yaml", to: "../../../outside/schema.yaml")
        },
        HostileWay("a schema for Helm that is a link") {
            try $0.link("helm-charts/basehub/values.schema.json", to: "../../../outside/schema.yaml")
        },
        HostileWay("a schema that refers to a file", isRefused: false) {
            try $0.fleet.write([
                "helm-charts/basehub/values.schema.yaml":
                    "{properties: {own: {$ref: \"file://\($0.folder)/schema.yaml\"}}}\n"
            ])
        },
        HostileWay("a file that templates read") {
            try $0.link("helm-charts/basehub/files/notes.txt", to: "../../../../outside/plain.yaml")
        },
        HostileWay("templates that are a link") {
            try $0.link("helm-charts/basehub/templates/far", to: "../../../../outside")
        },
        HostileWay("a .helmignore that is a link") {
            try $0.link("helm-charts/basehub/.helmignore", to: "../../../outside/plain.yaml")
        },
        HostileWay("a chart below that is a link") {
            try $0.link("helm-charts/basehub/charts/sub", to: "../../../../outside/chart")
        },
        HostileWay("defaults below that are a link") {
            try $0.fleet.write(["helm-charts/basehub/charts/sub/Chart.yaml": "name: sub\nversion: 1.0.0\n"])
            try $0.link("helm-charts/basehub/charts/sub/values.yaml", to: "../../../../../outside/plain.yaml")
        },
        HostileWay("a folder of charts that is a link") {
            try $0.link("helm-charts/basehub/charts", to: "../../../outside/charts")
        },
        HostileWay("an archive that is a link") {
            try $0.link("helm-charts/basehub/charts/sub-1.0.0.tgz", to: "../../../../outside/chart.tgz")
        },
        HostileWay("a dependency above the fleet") {
            try $0.depend("{name: sub, version: 1.0.0, repository: \"file://../../../outside/chart\"}")
        },
        HostileWay("an absolute dependency") {
            try $0.depend("{name: sub, version: 1.0.0, repository: \"file://\($0.folder)/chart\"}")
        },
        HostileWay("a dependency that is a link") {
            try $0.link("helm-charts/sub", to: "../../outside/chart")
            try $0.depend("{name: sub, version: 1.0.0, repository: \"file://../sub\"}")
        },
        HostileWay("a dependency whose name leads out", isRefused: false) {
            try $0.depend("{name: ../../../outside/chart, version: 1.0.0, repository: \"https://example.org\"}")
        },
        HostileWay("a chart of others that is a link") {
            try $0.link("upstream/sub-1.0.0", to: "../../outside/chart")
            try $0.depend("{name: sub, version: 1.0.0, repository: \"https://example.org\"}")
        },
        HostileWay("another Chart.yaml above the fleet") { try $0.override("../../outside/chart/Chart.yaml") },
        HostileWay("another Chart.yaml that is a link") {
            try $0.link("config/clusters/c/chart.yaml", to: "../../../../outside/chart/Chart.yaml")
            try $0.override("chart.yaml")
        },
    ]

    /// Through archives of charts.
    static let archives = [
        HostileWay("an archive that climbs") {
            try await $0.pack("add(\"sub/../../../../outside/values.yaml\", \"x: 1\\n\")")
        },
        HostileWay("an archive with an absolute path") {
            try await $0.pack("add(\"sub//\" + outside + \"/values.yaml\", \"x: 1\\n\")")
        },
        HostileWay("a link in an archive", isRefused: false) {
            try await $0.pack("add(\"sub/values.yaml\", kind=tarfile.SYMTYPE, target=outside + \"/plain.yaml\")")
        },
        HostileWay("a second name in an archive", isRefused: false) {
            try await $0.pack("add(\"sub/values.yaml\", kind=tarfile.LNKTYPE, target=outside + \"/plain.yaml\")")
        },
        HostileWay("a file below a link in an archive", isRefused: false) {
            try await $0.pack(
                "add(\"sub/charts\", kind=tarfile.SYMTYPE, target=outside)\nadd(\"sub/charts/new.yaml\", \"x: 1\\n\")")
        },
    ]

    /// Through jsonnet.
    static let jsonnets = [
        HostileWay("import of an absolute path") { try $0.jsonnet("import '\($0.folder)/code.libsonnet'") },
        HostileWay("import above the fleet") { try $0.jsonnet("import '../../../outside/code.libsonnet'") },
        HostileWay("importstr") { try $0.jsonnet("{ own: { x: importstr '../../../outside/plain.yaml' } }") },
        HostileWay("importbin") {
            try $0.jsonnet("{ own: { x: std.decodeUTF8(importbin \"../../../outside/plain.yaml\") } }")
        },
        HostileWay("importstr behind a comment") {
            try $0.jsonnet("{ own: { x: importstr /* ' */ // \"\n # '\n '\($0.folder)/plain.yaml' } }")
        },
        HostileWay("importstr of a verbatim text") {
            try $0.jsonnet("{ own: { [@'it''s']: 1, x: importstr @'\($0.folder)/plain.yaml' } }")
        },
        HostileWay("importstr with signs as numbers") {
            try $0.jsonnet("{ own: { x: importstr '\\u002e./.\\u002e/../outside/plain.yaml' } }")
        },
        HostileWay("importstr behind a text block") {
            try $0.jsonnet("{ a: |||\n    it's ||| not over\n  |||, own: { x: importstr '\($0.folder)/plain.yaml' } }")
        },
        HostileWay("importstr that is never evaluated") {
            try $0.jsonnet("{ own: { x: if false then importstr '\($0.folder)/plain.yaml' else 1 } }")
        },
        HostileWay("import of a file that imports") {
            try $0.fleet.write(["helm-charts/basehub/a.libsonnet": "{ x: importstr '../../../outside/plain.yaml' }"])
            try $0.jsonnet("{ own: import 'a.libsonnet' }")
        },
        HostileWay("import of a link") {
            try $0.link("helm-charts/basehub/a.libsonnet", to: "../../../outside/code.libsonnet")
            try $0.jsonnet("{ own: import 'a.libsonnet' }")
        },
        HostileWay("import through a folder that is a link") {
            try $0.link("helm-charts/basehub/far", to: "../../../outside")
            try $0.jsonnet("{ own: { x: importstr 'far/plain.yaml' } }")
        },
        HostileWay("a path that is computed") {
            try $0.jsonnet("{ own: { x: importstr ('../../../' + 'outside/plain.yaml') } }")
        },
        HostileWay("a listed jsonnet file that imports") {
            try $0.fleet.write(["config/clusters/c/x.jsonnet": "{ own: { x: importstr '\($0.folder)/plain.yaml' } }"])
            try $0.list("x.jsonnet")
        },
        HostileWay("a jsonnet file that is a link") {
            try $0.link("helm-charts/basehub/values.jsonnet", to: "../../../outside/code.libsonnet")
        },
        HostileWay("importstr of the process' variables") {
            try $0.jsonnet("{ own: { x: importstr '/proc/self/environ' } }")
        },
        HostileWay("importstr of git's settings") { try $0.jsonnet("{ own: { x: importstr '../../.git/config' } }") },
        HostileWay("a variable of the process") { try $0.jsonnet("{ own: { x: std.extVar('HUBFLEET_PLANTED') } }") },
        HostileWay("a long way round") {
            try $0.jsonnet("{ own: { x: importstr './a/../b/../../../.././outside//plain.yaml' } }")
        },
    ]
}

extension HostileWay.Outside {
    /// Gives the hub another Chart.yaml.
    fileprivate func override(_ path: String) throws {
        let text = try fleet.read("config/clusters/c/cluster.yaml")
        try fleet.write([
            "config/clusters/c/cluster.yaml": text.replacing(
                "helm_chart: basehub", with: "helm_chart: basehub, chart_override: \"\(path)\"")
        ])
    }
}
