import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Releases
import Rollout
import Testing

/// The saved form of plans.
@Suite(.tags(.medium), .needs("git"))
struct PlanDocumentTests {
    /// A plan with everything that one can hold.
    private func plan() async throws -> Plan {
        let bed = try await PlanBed(["fleet.yaml": "hubs: {earth/prod: {without_prover: it is small}}\n"])
        try bed.change(
            "config/clusters/earth/prod.values.yaml", "limit: 1G", "limit: [1, {a: null}]\n  odd: \"a\\u202Eb\"")
        try bed.change("config/clusters/earth/common.values.yaml", "1800", "900")
        try bed.change("config/clusters/earth/enc-prod.secret.values.yaml", "canary-3", "canary-33")
        try bed.change("config/clusters/mars/cluster.yaml", "name: main", "name: other")
        try bed.change("helm-charts/support/values.yaml", "90d", "91d")
        return try await bed.plan(
            Planner.Options(labels: ChangeLabels(["deployer:deploy-support"]), tellsContents: true))
    }

    @Test func itsSchemaAcceptsItAndNothingElse() async throws {
        let schema = JSONSchema(PlanDocument.schema, file: "plan.schema.yaml")
        #expect(schema.findings == [])
        let text = PlanDocument(try await plan(), program: "0.1.0", helm: "v4.1.4").text
        let root = try #require(YAMLReader.read(text, file: "plan.json").root)
        #expect(schema.violations(in: root).map(\.message) == [])
        for (old, new) in [("\"version\" : 2", "\"version\" : 1"), ("\"kind\" : \"value\"", "\"kind\" : \"x\"")] {
            let changed = text.replacing(old, with: new)
            try #require(changed != text)
            #expect(!schema.accepts(try #require(YAMLReader.read(changed, file: "plan.json").root)))
        }
    }

    @Test func itsSchemaNamesAllKindsOfReasons() throws {
        let kinds = PlanDocument.schema["definitions", "reason", "properties", "kind", "enum"]?.list?.compactMap(
            \.string)
        #expect(kinds == PlanReason.Kind.allCases.map(\.rawValue))
    }

    @Test func itsSchemaNamesAllConsequences() throws {
        let kinds = PlanDocument.schema["definitions", "consequence", "properties", "kind", "enum"]?.list?.compactMap(
            \.string)
        #expect(kinds == Consequence.Kind.allCases.map(\.rawValue))
    }

    @Test func itHoldsNoSecretAndNothingInvisible() async throws {
        let text = PlanDocument(try await plan(), program: "0.1.0").text
        #expect(!text.contains("canary") && !text.contains(Secret.mask))
        #expect(text.contains("\\u202e") && !text.unicodeScalars.contains("\u{202E}"))
    }

    @Test func itSaysWhatReleasesAreMadeOf() async throws {
        let plan = try await plan()
        let root = try #require(YAMLReader.read(PlanDocument(plan, program: "x").text, file: "p").root)
        let releases = try #require(root["releases"]?.list)
        let prod = try #require(releases.first { $0["id"]?.string == "earth/prod" })
        let files = try #require(prod["contents", "files"]?.list)
        #expect(files.compactMap { $0["kind"]?.string } == ["file", "file", "encrypted"])
        #expect(files.allSatisfy { $0["blob"]?.string?.count == 40 })
        #expect(prod["contents", "chart"]?.string?.count == 64)
        #expect(root["renamed"]?.list?.first?["id"]?.string == "mars/other")
        #expect(root["from", "commit"]?.string?.count == 40 && root["to", "working_tree"]?.bool == true)
    }
}
