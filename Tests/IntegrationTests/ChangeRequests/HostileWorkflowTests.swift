import FleetTesting
import FleetTools
import Foundation
import Testing

/// The scripts of the written workflow, on change requests that try to show what is none of the fleet's. All ways are in
/// some request, several in each, and some alone.
@Suite(
    .tags(.large), .timeLimit(.minutes(20)), .needs("git"), .needs("helm"), .needs("jsonnet"), .needs("jq"),
    .needs("python3"))
struct HostileWorkflowTests {
    /// Ways that meet in one request.
    struct Request: Sendable, CustomTestStringConvertible {
        let ways: [HostileWay]
        var testDescription: String { ways.map(\.name).joined(separator: " + ") }
    }

    private static let requests: [Request] = {
        var random = RandomRun.numbers(20_261_201)
        let alone = HostileWay.all.filter(\.replacesTheChart)
        let others = HostileWay.all.filter { !$0.replacesTheChart }.shuffled(using: &random)
        let groups = stride(from: 0, to: others.count, by: 4).map { start in
            Request(ways: Array(others[start..<min(start + 4, others.count)]))
        }
        let more = RandomRun.rounds(1) > 1 ? others.map { Request(ways: [$0]) } : []
        return groups + alone.map { Request(ways: [$0]) } + more
    }()

    @Test(arguments: requests) func showsNothingOfOutside(_ request: Request) async throws {
        let outside = try await HostileWay.Outside.plant()
        for way in request.ways { try await way.apply(outside) }
        try await outside.fleet.commitAll("hostile")
        let bed = try await WorkflowBed(outside.fleet, in: TemporaryFolder.beside(outside))
        let workflow = try await Self.workflow.value
        var environment = bed.environment
        environment[HostileWay.variable] = HostileWay.canary
        var shown: [String] = []
        for name in ["Validate", "Fetch charts", "Plan"] {
            let done = try await workflow.run(
                name, in: bed.checkout, programs: bed.programs, environment: environment)
            shown += [done.text, done.standardError]
        }
        for folder in [bed.cache, bed.folder.path + "/runner", bed.folder.path + "/home"] {
            shown += HostileWay.texts(below: folder)
        }
        #expect(bed.comment.hasPrefix("<!-- hubfleet-plan -->\n"))
        #expect(bed.comment.contains("**Diff**") || bed.comment.contains("Rendered objects are not compared"))
        // A line that begins so is a command to GitLab.
        #expect(!bed.comment.split(separator: "\n").contains { $0.hasPrefix("/") }, "\(bed.comment)")
        for text in shown { #expect(HostileWay.pieces(in: text) == [], "\(text)") }
    }

    private static let workflow = Task { try await WrittenWorkflow("github") }
}

extension TemporaryFolder {
    /// A folder from which the outside is where it was seen from the fleet.
    fileprivate static func beside(_ outside: HostileWay.Outside) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/outside", withDestinationPath: outside.folder)
        return folder
    }
}
