import FleetTesting
import FleetTools
import Foundation
import Testing

/// `hubfleet import` as people run it: what vanishes is named.
@Suite(.tags(.large), .timeLimit(.minutes(10)), .needs("helm"), .needs("jsonnet"))
struct ImportProgramTests {
    private func run(
        _ fleet: ForeignFleet, path: String? = nil, _ arguments: String...
    ) async throws -> (status: Int, output: String, messages: String) {
        try await HubProgram.run(
            ["import", fleet.folder.path, "--to", fleet.folder.path + "-new"] + arguments,
            environment: path.map { ["PATH": $0] } ?? [:])
    }

    /// The lines that name no planted thing; none where each is carried or named.
    private func unnamed(_ output: String, in folder: String) -> [String] {
        let lines = output.split(separator: "\n")
        return ForeignFleet.planted.compactMap { planted in
            switch planted {
            case .named(let file, let words):
                lines.contains { $0.hasPrefix(file) && $0.contains(words) } ? nil : "\(file): \(words)"
            case .carried(let file, let words):
                (try? String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8))?.contains(words) == true
                    ? nil : "\(file) should hold \(words)"
            }
        }
    }

    @Test(.needsRealFleet) func whateverTheSourceDidIsCarriedOrNamed() async throws {
        let fleet = try ForeignFleet()
        try fleet.addStandIns()
        let target = fleet.folder.path + "-new"
        defer { try? FileManager.default.removeItem(atPath: target) }
        let done = try await run(fleet)
        #expect(unnamed(done.output, in: target) == [], "\(done.output)")
        // Alerts that go nowhere are errors, and nothing else is.
        let errors = done.output.split(separator: "\n").filter { $0.contains(": error: ") }
        #expect(errors.count == 3 && errors.allSatisfy { $0.hasSuffix("[import/alerts]") }, "\(errors)")
        #expect(done.status == 1)
        #expect(!done.output.contains("import/unjudged] "), "\(done.output)")
    }

    /// Without the charts that others depend on, the operator's own templates are compared all the same.
    @Test func whatIsNotHereIsSaid() async throws {
        let fleet = try ForeignFleet()
        let target = fleet.folder.path + "-new"
        defer { try? FileManager.default.removeItem(atPath: target) }
        let done = try await run(fleet)
        #expect(done.output.contains("[import/unjudged]"))
        #expect(unnamed(done.output, in: target).filter { !$0.contains("kelp/role") } == [], "\(done.output)")
    }

    /// What cannot be rendered is named by its files.
    @Test func withoutHelmAndJsonnetItSaysWhatItCouldNotJudge() async throws {
        let fleet = try ForeignFleet()
        let done = try await run(fleet, path: "/nowhere", "--dry-run")
        #expect(done.output.contains("helm-charts:1:1: warning: objects cannot be compared"))
        #expect(done.output.contains("helm-charts/support/values.jsonnet:1:1: warning: what this sets is not compared"))
        #expect(done.output.contains("templates/backup.yaml"))
        #expect(done.output.contains("the alerts for night go nowhere now"))
        #expect(!FileManager.default.fileExists(atPath: fleet.folder.path + "-new"))
    }

    @Test func aReasonEndsTheErrorsAndIsKept() async throws {
        let fleet = try ForeignFleet()
        let target = fleet.folder.path + "-new"
        defer { try? FileManager.default.removeItem(atPath: target) }
        let done = try await run(fleet, "--without-alerts", "the university watches")
        #expect(done.status == 0, "\(done.output)")
        #expect(done.output.contains("note: the alerts for night go nowhere now, as was said: the university watches"))
        let policy = try String(contentsOfFile: target + "/fleet.yaml", encoding: .utf8)
        #expect(policy.hasSuffix("clusters:\n  \"reef\": {without_alerts: \"the university watches\"}\n"))
        let again = try await HubProgram.run(["validate", "-C", target])
        #expect(!again.output.contains("fleet.yaml"), "\(again.output)")
        // What fleet.yaml of the source says counts as well.
        try fleet.folder.write(["fleet.yaml": "clusters: {reef: {without_alerts: nobody is awake}}\n"])
        let said = try await run(fleet, "--dry-run")
        #expect(said.status == 0 && said.output.contains("as was said: nobody is awake"), "\(said.output)")
    }
}

/// The import of the real fleet.
@Suite(.tags(.large), .timeLimit(.minutes(10)), .needsRealFleet, .needs("sops"), .needs("jsonnet"))
struct RealImportTests {
    private struct Report: Decodable {
        struct Entry: Decodable { let severity: String, rule: String, message: String }
        let findings: [Entry]

        var errors: [String] { findings.filter { $0.severity == "error" }.map { "\($0.rule) \($0.message)" }.sorted() }
    }

    @Test func validateFindsTheSameErrorsBeforeAndAfter() async throws {
        let root = try #require(RealThings.fleet)
        let target = try TemporaryFolder()
        let environment = ["SOPS_AGE_KEY_FILE": root + "/test-age-key.txt"]
        let done = try await HubProgram.run(["import", root, "--to", target.path], environment: environment)
        #expect(done.status == 0, "\(done.messages)")
        #expect(!done.output.contains(/canary-\d{4}-secret/) && !done.messages.contains(/canary-\d{4}-secret/))
        var errors: [[String]] = []
        for folder in [root, target.path] {
            let report = try await HubProgram.run(
                ["validate", "-C", folder, "--format", "json"], environment: environment)
            errors.append(try JSONDecoder().decode(Report.self, from: Data(report.output.utf8)).errors)
        }
        #expect(errors[0] == errors[1] && errors[0].count == 4)
        for words in ["copyfail.enabled was true", "jupyterhub.hub.extraConfig.01-custom-theme", "import/unjudged"] {
            #expect(done.output.contains(words), "\(words)")
        }
    }
}
