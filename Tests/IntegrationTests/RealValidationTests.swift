import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Testing

/// `validate` on the whole real fleet, with its encrypted files opened.
@Suite(.tags(.large), .timeLimit(.minutes(10)), .needsRealFleet, .needs("sops"))
struct RealValidationTests {
    private struct Report: Decodable {
        struct Place: Decodable { let file: String, line: Int, column: Int }
        struct Entry: Decodable {
            let severity: String, rule: String, message: String, location: Place, related: [Place], releases: [String]
        }
        struct Summary: Decodable { let hubs: Int, supportReleases: Int, notOpened: [String: String] }
        let findings: [Entry]
        let summary: Summary
    }

    private let root: String
    private let runner: any CommandRunner

    init() throws {
        root = try #require(RealThings.fleet, "the real fleet is missing")
        runner = try RealThings.runner(environment: [
            "SOPS_AGE_KEY_FILE": root + "/test-age-key.txt", "PATH": RealThings.searchPath,
        ])
    }

    private func run(_ arguments: String...) async throws -> CommandOutput {
        try await runner.run(Invocation(HubProgram.path, arguments + ["-C", root]))
    }

    private func report() async throws -> Report {
        let output = try await run("validate", "--format", "json", "--severity", "note")
        #expect(output.status == 1)
        return try JSONDecoder().decode(Report.self, from: Data(output.standardOutput))
    }

    /// Each of them was looked at, and is wrong with the hub: see docs/design.md.
    @Test func findsTheKnownFaultsAndNoFalseError() async throws {
        let report = try await report()
        #expect(report.summary.hubs == 39)
        #expect(report.summary.supportReleases == 14)
        #expect(report.summary.notOpened.isEmpty)
        let errors = report.findings.filter { $0.severity == "error" }.map { "\($0.rule) \($0.releases.joined())" }
        #expect(
            errors.sorted() == [
                "auth/no-password opensci/climaterisk", "auth/organization-and-users temple/research",
                "auth/setting-name opensci/climaterisk", "schema/unknown-key 2i2c/staging",
            ])
        let noStaging = report.findings.filter { $0.rule == "operation/no-staging" }.map(\.location.file)
        #expect(
            noStaging == ["config/clusters/dubois/cluster.yaml", "config/clusters/projectpythia-binder/cluster.yaml"])
    }

    /// The list of users of `temple/research` stands in a file that all hubs of the cluster share, and its login in
    /// its own: only the merged values show the fault.
    @Test func everyPlaceIsTheStartOfSomething() async throws {
        let report = try await report()
        let fault = try #require(report.findings.first { $0.rule == "auth/organization-and-users" })
        #expect(try text(at: fault.location).hasPrefix("- "))
        let organizations = try #require(fault.related.first)
        #expect(organizations.file == "config/clusters/temple/research.values.yaml")
        for entry in report.findings {
            for place in [entry.location] + entry.related {
                let (line, column) = (try line(of: place), place.column)
                guard column > 1 else { continue }
                let before = line[line.index(line.startIndex, offsetBy: column - 2)]
                #expect(" -[{,:\"'".contains(before), "\(entry.rule) at \(place): \(line)")
                #expect(try !text(at: place).isEmpty, "\(entry.rule) at \(place): \(line)")
            }
        }
        #expect(report.findings.count > 50)
    }

    private func line(of place: Report.Place) throws -> String {
        let file = try String(contentsOfFile: "\(root)/\(place.file)", encoding: .utf8)
        let lines = file.split(separator: "\n", omittingEmptySubsequences: false)
        try #require(lines.indices.contains(place.line - 1), "\(place)")
        return String(lines[place.line - 1])
    }

    private func text(at place: Report.Place) throws -> String {
        String(try line(of: place).dropFirst(place.column - 1)).trimmingCharacters(in: .whitespaces)
    }

    @Test(arguments: ["table", "json", "github", "sarif"])
    func noFormatShowsASecret(_ format: String) async throws {
        let output = try await run("validate", "--format", format, "--severity", "note", "--verbose")
        #expect(output.standardOutput.count > 5_000)
        expectNoSecret(in: output)
    }

    @Test func noValueIsASecret() async throws {
        let fleet = try await FleetReader.read(WorkingTree(root)).fleet
        var masked = 0
        for hub in fleet.hubs {
            for format in ["table", "json"] {
                let output = try await run("values", hub.id, "--format", format)
                expectNoSecret(in: output)
                masked += output.text.contains(Secret.mask) ? 1 : 0
                expectNoSecret(in: try await run("explain", hub.id, "jupyterhub", "--format", format))
            }
        }
        #expect(masked > 60, "hardly any secret was read")
    }

    private func expectNoSecret(in output: CommandOutput) {
        for text in [output.text, output.standardError] {
            #expect(!text.contains(/canary-\d{4}-secret/))
            #expect(!text.contains("AGE-SECRET-KEY"))
        }
    }
}
