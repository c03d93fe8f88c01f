import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Releases
import Rollout
import Testing

/// Charts: what changes hubs, and what a change of a chart leaves alone.
@Suite(.tags(.medium), .needs("git"))
struct ChartPlanTests {
    private static let all = ["earth/staging", "earth/prod", "mars/main"]

    @Test func aValueOfTheChartIsPlannedWhereNobodyOverridesIt() async throws {
        let bed = try await PlanBed()
        try bed.change("helm-charts/basehub/values.yaml", "timeout: 3600, every: 600", "timeout: 7200, every: 601")
        let plan = try await bed.plan()
        #expect(
            plan.lines == [
                "earth/staging: value jupyterhub.cull.every", "earth/prod: value jupyterhub.cull.every",
                "mars/main: value basehub.jupyterhub.cull.timeout", "mars/main: value basehub.jupyterhub.cull.every",
            ])
    }

    @Test func aTemplateConcernsAllHubsOfTheChart() async throws {
        let bed = try await PlanBed()
        try bed.change("helm-charts/basehub/templates/hub.yaml", "kind: ConfigMap", "kind: Secret")
        #expect(try await bed.reasons() == Self.all.map { "\($0): template helm-charts/basehub/templates/hub.yaml" })
    }

    /// Defect of the peer: a change of one chart deploys the hubs of all.
    @Test func anotherChartIsNotOurs() async throws {
        let bed = try await PlanBed()
        try bed.change("helm-charts/daskhub/templates/x.yaml", "Secret", "ConfigMap")
        try bed.folder.write(["helm-charts/chartpress.yaml": "a: 1\n", "helm-charts/images/hub/Dockerfile": "FROM x\n"])
        #expect(try await bed.reasons() == ["mars/main: template helm-charts/daskhub/templates/x.yaml"])
    }

    @Test(arguments: [
        ("README.md", "# Basehub\n\nMore.\n"), ("values.schema.json", "{}"), ("docs/page.md", "x"),
        ("templates/NOTES.txt", "Thanks.\n"),
        ("values.yaml", "# A remark\n" + (PlanBed.files["helm-charts/basehub/values.yaml"] ?? "")),
    ])
    func whatNoTemplateShowsPlansNothing(_ file: String, _ text: String) async throws {
        let bed = try await PlanBed()
        try bed.folder.write(["helm-charts/basehub/\(file)": text])
        #expect(try await bed.reasons() == [])
    }

    @Test func commentsOfTemplatesAndDescriptionsPlanNothing() async throws {
        let bed = try await PlanBed()
        try bed.change("helm-charts/basehub/templates/hub.yaml", "A remark.", "Another one, with }} in it.")
        try bed.change("helm-charts/basehub/Chart.yaml", "description: A hub", "description: The hub # for all")
        #expect(try await bed.reasons() == [])
    }

    @Test func aFileThatATemplateReadsCounts() async throws {
        let bed = try await PlanBed()
        try bed.change("helm-charts/basehub/files/page.html", "<p>", "<h1>")
        #expect(try await bed.reasons() == Self.all.map { "\($0): template helm-charts/basehub/files/page.html" })
    }

    /// The hub of mars has a Chart.yaml of its own.
    @Test func theVersionOfTheChartCountsWhereTemplatesShowIt() async throws {
        let bed = try await PlanBed()
        try bed.change("helm-charts/basehub/Chart.yaml", "version: 1.0.0\n", "version: 1.1.0\n")
        let subject = "chart-metadata helm-charts/basehub/Chart.yaml: version"
        #expect(try await bed.reasons() == ["earth/staging: \(subject)", "earth/prod: \(subject)"])
    }

    /// Defect of the peer: a replaced Chart.yaml plans nothing.
    @Test func aReplacedChartYAMLCounts() async throws {
        let bed = try await PlanBed()
        try bed.change("config/clusters/mars/chart.yaml", "1.0.1", "1.0.2")
        #expect(
            try await bed.reasons() == ["mars/main: chart-metadata config/clusters/mars/chart.yaml: version"])
    }

    /// A chart that is switched off says nothing, whatever its version.
    @Test func aDependencyCountsWhereItIsOn() async throws {
        let bed = try await PlanBed()
        try bed.change(
            "helm-charts/basehub/Chart.yaml", "name: gateway, version: 1.0.0", "name: gateway, version: 2.0.0")
        #expect(try await bed.reasons() == [])
        try bed.change(
            "config/clusters/earth/prod.values.yaml", "jupyterhub:\n", "gateway: {enabled: true}\njupyterhub:\n")
        try await bed.folder.commitAll()
        try bed.change(
            "helm-charts/basehub/Chart.yaml", "name: gateway, version: 2.0.0", "name: gateway, version: 3.0.0")
        let plan = try await bed.plan()
        #expect(plan.lines == ["earth/prod: dependency helm-charts/basehub/Chart.yaml: gateway"])
        let reason = try #require(plan.releases.first?.reasons.first)
        #expect(reason.before.value?.string == "2.0.0" && reason.after.value?.string == "3.0.0")
    }

    @Test func aChartThatIsSwitchedOnIsNamed() async throws {
        let bed = try await PlanBed()
        try bed.change(
            "config/clusters/earth/prod.values.yaml", "jupyterhub:\n", "gateway: {enabled: true}\njupyterhub:\n")
        // Helm gives a chart that is on the globals of those above it.
        let expected = ["subchart gateway", "value gateway.enabled", "value gateway.global"]
        #expect(try await bed.reasons() == expected.map { "earth/prod: \($0)" })
    }

    @Test func aChartKeptHereCountsAsAWhole() async throws {
        let bed = try await PlanBed([
            "upstream/jupyterhub-4.0.0/Chart.yaml": "name: jupyterhub\nversion: 4.0.0\n",
            "upstream/jupyterhub-4.0.0/values.yaml": "hub: 1\n",
            "upstream/jupyterhub-4.0.0/templates/hub.yaml": "kind: Pod\n",
        ])
        try bed.change("upstream/jupyterhub-4.0.0/templates/hub.yaml", "Pod", "Job")
        #expect(
            try await bed.reasons().first
                == "earth/staging: template upstream/jupyterhub-4.0.0/templates/hub.yaml")
        try await bed.folder.commitAll()
        try FileManager.default.moveItem(
            atPath: "\(bed.folder.path)/upstream/jupyterhub-4.0.0",
            toPath: "\(bed.folder.path)/upstream/jupyterhub-5.0.0")
        try bed.change("helm-charts/basehub/Chart.yaml", "version: 4.0.0", "version: 5.0.0")
        let lines = try await bed.reasons()
        #expect(lines.contains("earth/prod: dependency upstream/jupyterhub-5.0.0"))
        #expect(lines.contains("earth/prod: dependency upstream/jupyterhub-4.0.0"))
    }

    @Test func aChartInAnotherFolderIsTheSame() async throws {
        let bed = try await PlanBed()
        let folder = "\(bed.folder.path)/helm-charts"
        try FileManager.default.moveItem(atPath: "\(folder)/support", toPath: "\(folder)/other")
        try FileManager.default.copyItem(atPath: "\(folder)/basehub", toPath: "\(folder)/hub")
        try bed.change("config/clusters/earth/cluster.yaml", "helm_chart: basehub", "helm_chart: hub")
        let plan = try await bed.plan()
        #expect(plan.lines == [])
        #expect(plan.gone.map(\.release.id) == ["earth (support)"])
    }

    /// Defect of the peer: what jsonnet imports plans nothing.
    @Test(.needs("jsonnet")) func whatJsonnetImportsCounts() async throws {
        let bed = try await PlanBed([
            "helm-charts/basehub/values.jsonnet":
                "local lib = import 'lib/x.libsonnet'; {quota: lib.quota, text: importstr 'lib/y.txt', "
                + "domain: std.extVar('HUBFLEET_DOMAIN')}",
            "helm-charts/basehub/lib/x.libsonnet": "(import '../lib/z.libsonnet')",
            "helm-charts/basehub/lib/y.txt": "y",
            "helm-charts/basehub/lib/z.libsonnet": "{quota: 10}",
        ])
        try bed.folder.write(["helm-charts/basehub/lib/z.libsonnet": "// A remark\n{quota: 10}"])
        #expect(try await bed.reasons() == [])
        try bed.folder.write(["helm-charts/basehub/lib/z.libsonnet": "{quota: 11}"])
        let plan = try await bed.plan()
        #expect(plan.lines == ["earth/staging: value quota", "earth/prod: value quota"])
        let reason = try #require(plan.releases.first?.reasons.first)
        #expect(reason.causes == ["it imports helm-charts/basehub/lib/z.libsonnet, which differs"])
        #expect(reason.after.place?.description == "helm-charts/basehub/values.jsonnet:1:1")
        try await bed.folder.commitAll()
        try bed.change("config/clusters/earth/cluster.yaml", "domain: earth.example.org", "domain: e.example.org")
        let domain = try await bed.plan()
        #expect(domain.lines == ["earth/prod: value domain"])
        #expect(
            domain.releases.first?.reasons.first?.causes == ["HUBFLEET_DOMAIN: earth.example.org → e.example.org"])
    }
}
