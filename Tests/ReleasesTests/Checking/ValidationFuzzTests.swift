import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Releases
import Testing
import Texts

/// Whole fleets with one spoilt file: values, charts, schemas, cluster.yaml, fleet.yaml.
@Suite(.tags(.medium), .timeLimit(.minutes(20)))
struct ValidationFuzzTests {
    private static let rounds = RandomRun.rounds(500)

    /// Neither a crash nor a hang, every finding has a place in a file that is there, and the secret shows nowhere.
    @Test func survivesMutatedFleets() async throws {
        let examples = RuleExampleTests.sections.flatMap { $0.fails + $0.passes }
        try #require(examples.count > 60)
        var random = RandomRun.numbers(20_261_122)
        var withFindings = 0
        for round in 0..<Self.rounds {
            await Task.yield()
            let example = examples[Int.random(in: 0..<examples.count, using: &random)]
            let (folder, file) = try spoilt(example, &random)
            let fleet = try await OpenFleet(
                WorkingTree(folder.path), runner: RefusingCommandRunner(), opensEncryptedFiles: false)
            let report = try await fleet.validate(fleet.choosing([]))
            withFindings += report.entries.isEmpty ? 0 : 1
            for finding in report.entries.map(\.finding) {
                guard hasPlace(finding, in: folder) else {
                    Issue.record("round \(round): no place: \(finding)\n\(example)")
                    return
                }
                // A spoilt file of secrets may have one where a key should be, and keys are no secrets.
                guard file.contains("secret") || !"\(finding)".contains("canary-") else {
                    Issue.record("round \(round): shows a secret: \(finding)\n\(example)")
                    return
                }
            }
        }
        #expect(withFindings > Self.rounds * 9 / 10, "the files are hardly mutated")
    }

    private func hasPlace(_ finding: Finding, in folder: TemporaryFolder) -> Bool {
        let places = [finding.location] + finding.related
        return places.allSatisfy { place in
            place.line >= 1 && place.column >= 1 && folder.exists(place.file)
        }
    }

    private func spoilt(_ example: String, _ random: inout SplitMix) throws -> (TemporaryFolder, file: String) {
        var files = ExampleFleet.files(example)
        files["fleet.yaml"] = "operator: {name: Example}\nchecks: {images/latest: off, auth/no-password: warning}\n"
        files["helm-charts/basehub/values.schema.yaml"] = """
            type: object
            properties:
              jupyterhub: {type: object, properties: {hub: {type: object}, cull: {$ref: "#/definitions/cull"}}}
            definitions: {cull: {type: object, additionalProperties: false, properties: {timeout: {minimum: 1}}}}
            patternProperties: {"^x-": {enum: [a, b]}}

            """
        files["config/clusters/example/enc-prod.secret.values.yaml"] = """
            jupyterhub: {hub: {config: {GitHubOAuthenticator: {client_secret: canary-1}}}, cull: {timeout: canary-2}}

            """
        let cluster = "config/clusters/example/cluster.yaml"
        files[cluster] = files[cluster]?.replacing(
            "helm_chart_values_files: [", with: "helm_chart_values_files: [enc-prod.secret.values.yaml, ")
        let names = files.keys.sorted()
        let name = names[Int.random(in: 0..<names.count, using: &random)]
        let spoilt = Mutation.mutate(Array(files[name, default: ""].utf8), &random)
        let folder = try TemporaryFolder().write(files)
        try Data(spoilt).write(to: URL(filePath: "\(folder.path)/\(name)"))
        return (folder, name)
    }
}
