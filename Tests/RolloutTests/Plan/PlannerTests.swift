import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Releases
import Rollout
import Testing

/// What is planned, and what is not: each change alone.
@Suite(.tags(.medium), .needs("git"))
struct PlannerTests {
    @Test func nothingChangedPlansNothing() async throws {
        let plan = try await PlanBed().plan()
        #expect(plan.isEmpty && plan.isSound)
        #expect(plan.untouched.isEmpty && plan.skipped.isEmpty)
        #expect(plan.hubCount == 3 && plan.supportCount == 1)
    }

    @Test func aValueIsNamedDownToItsKeyWithBothPlaces() async throws {
        let bed = try await PlanBed()
        try bed.change("config/clusters/earth/prod.values.yaml", "  limit: 1G", "  # More.\n  limit: 2G")
        let plan = try await bed.plan()
        #expect(plan.lines == ["earth/prod: value jupyterhub.limit"])
        let reason = try #require(plan.releases.first?.reasons.first)
        #expect(reason.before.value?.string == "1G" && reason.after.value?.string == "2G")
        #expect(reason.before.place?.description == "config/clusters/earth/prod.values.yaml:3:10")
        #expect(reason.after.place?.description == "config/clusters/earth/prod.values.yaml:4:10")
    }

    @Test(arguments: [
        "# A remark\njupyterhub:\n  cull:\n    timeout: 1800\n",
        "{\"jupyterhub\": {\"cull\": {\"timeout\": 1800.0}}}\n",
        "a: &a {timeout: 1800}\njupyterhub: {cull: *a}\n",
    ])
    func formAloneChangesNothing(_ text: String) async throws {
        let bed = try await PlanBed()
        try bed.folder.write(["config/clusters/earth/common.values.yaml": text])
        let plan = try await bed.plan()
        let isAnchor = text.contains("&a")
        #expect(plan.lines.filter { !$0.contains("value a.") } == [])
        #expect(plan.isEmpty == !isAnchor)
        guard !isAnchor else { return }
        #expect(plan.untouched.map(\.release.id) == ["earth/staging", "earth/prod"])
        #expect(plan.untouched.first?.notes.map(\.path) == [nil])
    }

    /// A change for all hubs is one edit; the hub that overrides it is named as untouched.
    @Test func whoOverridesAChangeIsNamed() async throws {
        let bed = try await PlanBed()
        try bed.change("config/clusters/earth/common.values.yaml", "1800", "900")
        let plan = try await bed.plan()
        #expect(plan.lines == ["earth/prod: value jupyterhub.cull.timeout"])
        let untouched = try #require(plan.untouched.first)
        #expect(untouched.release.id == "earth/staging")
        #expect(untouched.notes.first?.overriddenAt?.description == "config/clusters/earth/staging.values.yaml:1:30")
    }

    @Test func movedFilesChangeNothing() async throws {
        let bed = try await PlanBed()
        for (old, new) in [
            ("common.values", "all.values"), ("enc-prod.secret", "enc-new.secret"), ("enc-key", "enc-other"),
        ] {
            let name = try #require(PlanBed.files.keys.first { $0.contains("earth/\(old)") })
            try bed.folder.write([name.replacing(old, with: new): bed.folder.read(name)])
            try bed.remove(name)
            try bed.change("config/clusters/earth/cluster.yaml", old, new)
        }
        let runner = try bed.runner()
        #expect(try await bed.plan(runner: runner).isEmpty)
        #expect(!runner.calls.contains { $0.program == "sops" })
    }

    /// Untracked files count, ignored ones do not.
    @Test func theWorkingTreeIsWhatACommitWouldHold() async throws {
        let bed = try await PlanBed([".gitignore": "*.tgz\nscratch/\n"])
        try bed.folder.write([
            "helm-charts/basehub/charts/jupyterhub-4.0.0.tgz": "no archive", "config/clusters/earth/scratch/a.yaml": "",
        ])
        #expect(try await bed.plan().isEmpty)
        try bed.folder.write(["config/clusters/earth/new.values.yaml": "new: 1\n"])
        try bed.change(
            "config/clusters/earth/cluster.yaml", "- prod.values.yaml", "- prod.values.yaml\n      - new.values.yaml")
        #expect(try await bed.reasons() == ["earth/prod: value new"])
    }

    @Test func aFileTakenAwayIsSeen() async throws {
        let bed = try await PlanBed()
        try bed.change("config/clusters/earth/cluster.yaml", "      - prod.values.yaml\n", "")
        try bed.remove("config/clusters/earth/prod.values.yaml")
        #expect(
            try await bed.reasons() == ["earth/prod: value jupyterhub.title", "earth/prod: value jupyterhub.limit"])
    }

    @Test func supportIsARelease() async throws {
        let bed = try await PlanBed()
        try bed.change("config/clusters/earth/support.values.yaml", "30d", "60d")
        #expect(try await bed.reasons() == ["earth (support): value prometheus.retention"])
    }

    // MARK: - Targets

    @Test(arguments: [
        ("us-west-2", "us-east-1", ["region"]), ("clusterName: earth", "clusterName: e2", ["clusterName"]),
        ("012345678901", "012345678902", ["account"]),
    ])
    func anotherTargetConcernsAllReleasesOfACluster(_ old: String, _ new: String, _ facts: [String]) async throws {
        let bed = try await PlanBed()
        try bed.change("config/clusters/earth/cluster.yaml", old, new)
        let releases = ["earth (support)", "earth/staging", "earth/prod"]
        #expect(try await bed.reasons() == releases.flatMap { name in facts.map { "\(name): target \($0)" } })
    }

    @Test func credentialsAreComparedByWhatTheyHold() async throws {
        let bed = try await PlanBed()
        try bed.change("config/clusters/mars/enc-kubeconfig.secret.yaml", "canary-4", "canary-44")
        let plan = try await bed.plan()
        #expect(plan.lines == ["mars/main: credentials enc-kubeconfig.secret.yaml"])
        #expect(plan.releases.first?.reasons.first?.causes == [])
        // Other keys for the same content.
        try await bed.folder.commitAll()
        try bed.change("config/clusters/mars/enc-kubeconfig.secret.yaml", "mac: m", "mac: n")
        #expect(try await bed.plan().isEmpty)
    }

    @Test func whatReplacesTheDomainIsSeen() async throws {
        var bed = try await PlanBed()
        try bed.change("config/clusters/mars/enc-domain.secret.yaml", "canary-5", "canary-55")
        #expect(try await bed.reasons() == ["mars/main: domain enc-domain.secret.yaml"])
        bed.hasKey = false
        #expect(try await bed.plan().releases.first?.reasons.first?.causes == ["secret changed or re-encrypted"])
    }

    /// What nobody deploys: names, addresses of consoles, what others do with the file.
    @Test func remarksOfAClusterPlanNothing() async throws {
        let bed = try await PlanBed()
        try bed.change("config/clusters/earth/cluster.yaml", "display_name: Earth", "display_name: The earth")
        try bed.change("config/clusters/earth/cluster.yaml", "metadata: {}", "metadata: {}\ntenancy: shared")
        #expect(try await bed.plan().isEmpty)
    }

    // MARK: - Hubs and clusters

    @Test func aNewHubAndOneThatIsGone() async throws {
        let bed = try await PlanBed()
        let hub =
            "\n  - {name: new, domain: new.example.org, helm_chart: basehub, helm_chart_values_files: [new.values.yaml]}\n"
        try bed.folder.write(["config/clusters/earth/new.values.yaml": "a: 1\n"])
        let file = "config/clusters/earth/cluster.yaml"
        try bed.folder.write([file: bed.folder.read(file) + hub.dropFirst()])
        #expect(try await bed.reasons() == ["earth/new: new earth/new"])
        try await bed.folder.commitAll()
        try bed.folder.write([file: bed.folder.read(file).replacing(hub.dropFirst(), with: "")])
        let plan = try await bed.plan()
        #expect(plan.lines == [] && plan.gone.map(\.release.id) == ["earth/new"])
        #expect(!plan.isEmpty && plan.isSound)
    }

    /// FAILURE-MODES.md F-36: under its new name a hub starts with empty homes.
    @Test func aRenamedHubIsRefusedUntilItIsSaid() async throws {
        let bed = try await PlanBed()
        try bed.change("config/clusters/earth/cluster.yaml", "name: prod", "name: main")
        let refused = try await bed.plan()
        #expect(!refused.isSound)
        #expect(refused.renamed.map(\.hub) == ["earth/main"] && refused.renamed.map(\.earlier) == ["earth/prod"])
        #expect(refused.renamed.first?.signs.first == "both have the domain earth.example.org")
        try bed.folder.write(["fleet.yaml": "hubs:\n  earth/main: {moved_from: earth/prod}\n"])
        let plan = try await bed.plan()
        #expect(plan.isSound && plan.renamed == [])
        #expect(plan.lines == ["earth/main: moved earth/prod", "earth/main: target namespace"])
        #expect(plan.gone.map(\.becameHub) == ["earth/main"])
        // Afterwards the line says what was.
        try await bed.folder.commitAll()
        let later = try await bed.plan()
        #expect(later.isEmpty && later.isSound)
    }

    /// Also with another domain, and with files that were changed a little.
    @Test func aRenamedHubIsKnownByItsFiles() async throws {
        let bed = try await PlanBed()
        let file = "config/clusters/earth/cluster.yaml"
        try bed.change(file, "name: prod", "name: main")
        try bed.change(file, "domain: earth.example.org", "domain: other.example.org")
        try bed.change(file, "- prod.values.yaml", "- main.values.yaml")
        try bed.folder.write(["config/clusters/earth/main.values.yaml": "jupyterhub:\n  title: Earth\n  limit: 9G\n"])
        try bed.remove("config/clusters/earth/prod.values.yaml")
        #expect(try await bed.plan().renamed.map(\.hub) == ["earth/main"])
    }

    @Test func aRenamedClusterIsTheSameAtTheCloud() async throws {
        let bed = try await PlanBed()
        try FileManager.default.moveItem(
            atPath: "\(bed.folder.path)/config/clusters/earth", toPath: "\(bed.folder.path)/config/clusters/terra")
        try bed.change("config/clusters/terra/cluster.yaml", "name: earth\n", "name: terra\n")
        let plan = try await bed.plan()
        #expect(plan.isEmpty && plan.isSound)
        try bed.change("config/clusters/terra/prod.values.yaml", "1G", "2G")
        #expect(try await bed.reasons() == ["terra/prod: value jupyterhub.limit"])
    }

    @Test func aBrokenFileIsRefused() async throws {
        let bed = try await PlanBed()
        try bed.change("config/clusters/earth/prod.values.yaml", "limit: 1G", "limit: [1G")
        let plan = try await bed.plan()
        #expect(!plan.isSound)
        #expect(plan.findings.map(\.rule) == ["yaml/syntax"])
    }

    // MARK: - Choosing

    @Test func selectorsChooseAlsoWhatIsGone() async throws {
        let bed = try await PlanBed()
        try bed.change("config/clusters/earth/common.values.yaml", "1800", "900")
        try bed.change("config/clusters/mars/main.values.yaml", "Mars", "mars")
        #expect(try await bed.plan(Planner.Options(selectors: ["mars"])).releases.map(\.id) == ["mars/main"])
        #expect(try await bed.plan(Planner.Options(selectors: ["*/prod"])).releases.map(\.id) == ["earth/prod"])
        try bed.remove("config/clusters/mars/cluster.yaml")
        let gone = try await bed.plan(Planner.Options(selectors: ["mars/main"]))
        #expect(gone.gone.map(\.release.id) == ["mars/main"])
        await #expect(throws: SelectionError.self) { try await bed.plan(Planner.Options(selectors: ["venus"])) }
    }

    @Test func theStateBeforeIsWhereTheBranchLeft() async throws {
        let bed = try await PlanBed()
        let git = try RealThings.runner()
        func run(_ arguments: String...) async throws {
            try await git.check(Invocation("git", arguments, workingDirectory: bed.folder.path))
        }
        try await run("branch", "-M", "main")
        try await run("checkout", "--quiet", "-b", "change")
        try bed.change("config/clusters/earth/prod.values.yaml", "1G", "2G")
        try await bed.folder.commitAll()
        try await run("checkout", "--quiet", "main")
        try bed.change("config/clusters/mars/main.values.yaml", "Mars", "mars")
        try await bed.folder.commitAll()
        try await run("checkout", "--quiet", "change")
        #expect(try await bed.plan(from: nil).lines == ["earth/prod: value jupyterhub.limit"])
        #expect(try await bed.plan(from: nil, to: "main").lines == [])
        #expect(
            try await bed.plan(from: "main", to: "change").releases.map(\.id) == ["mars/main", "earth/prod"].sorted())
    }

    @Test func theSamePlanIsTheSameText() async throws {
        let bed = try await PlanBed()
        try bed.change("helm-charts/basehub/values.yaml", "every: 600", "every: 601")
        try bed.change("config/clusters/earth/enc-prod.secret.values.yaml", "canary-2", "canary-22")
        let texts = try await (bed.plan(), bed.plan())
        #expect(PlanDocument(texts.0, program: "x").text == PlanDocument(texts.1, program: "x").text)
    }
}
