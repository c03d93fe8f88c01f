import ArgumentParser
import FleetModel
import FleetTesting
import Testing
import Texts

@testable import FleetCommands

@Suite(.tags(.medium))
struct LinkCommandTests {
    private func sample(_ more: String = "") throws -> CommandCase {
        let folder = try SampleFleet.write(clusters: ["c": ["hub"]])
        try folder.write([
            "config/clusters/c/cluster.yaml": """
            name: c
            provider: local
            hubs:
              - {name: hub, domain: hub.example.org, helm_chart: basehub, helm_chart_values_files: [hub.values.yaml]}
              - {name: bare, helm_chart: basehub, helm_chart_values_files: [hub.values.yaml]}
            \(more)
            """
        ])
        return CommandCase(folder: folder)
    }

    @Test func printsALink() async throws {
        let sample = try sample()
        try await sample.run("link", "c/hub", "https://github.com/example/course", "--open", "a b.ipynb")
        #expect(
            sample.output.results
                == "https://hub.example.org/hub/user-redirect/git-pull?repo=https%3A%2F%2Fgithub.com%2Fexample%2Fcourse"
                + "&urlpath=lab%2Ftree%2Fcourse%2Fa%20b.ipynb&branch=main")
        #expect(sample.output.messages == [])
    }

    @Test func refusesWhatLeadsNowhere() async throws {
        let sample = try sample()
        let bare = await #expect(throws: (any Error).self) {
            try await sample.run("link", "c/bare", "https://github.com/example/course")
        }
        #expect(
            bare.map { "\($0)" } == "c/bare has no domain in its cluster.yaml, so it has no address to link to")
        await #expect(throws: ContentLinkError.notPublic("http://example.org/x")) {
            try await sample.run("link", "c/hub", "http://example.org/x")
        }
        await #expect(throws: ValidationError.self) {
            try await sample.run("link", "c", "https://github.com/example/course")
        }
        #expect(sample.output.results == "")
    }

    @Test(arguments: [
        ["c/hub", "https://me:canary-1122-secret@example.org/x"],
        ["c/hub", "https://example.org/x?t=canary-1122-secret"],
        ["c/hub", "canary-1122-secret@example.org:a/b"], ["https://canary-1122-secret@example.org/x", "c/hub"],
        ["canary-1122-secret@example.org:a/b", "c/hub"], ["c/none", "https://canary-1122-secret@example.org/x"],
    ])
    func showsNoTokenThatItRefuses(_ arguments: [String]) async throws {
        let sample = try sample()
        let error = await #expect(throws: (any Error).self) { try await sample.run(["link"] + arguments) }
        let shown = [sample.output.results, error.map { HubfleetCommand.message(for: $0) } ?? ""]
        for text in shown + sample.output.messages { #expect(!text.contains("canary"), "\(text)") }
    }

    /// Each command about one hub says what is wrong with its cluster, and ends with 1.
    @Test(arguments: [
        ["link", "c/hub", "https://github.com/example/course"], ["values", "c/hub"], ["explain", "c/hub", "--unused"],
        ["show", "c/hub"], ["list", "c"], ["list"],
    ])
    func saysWhatIsWrongWithTheCluster(_ arguments: [String]) async throws {
        let sample = try sample("wrong: 1")
        await #expect(throws: ExitStatus.failure) { try await sample.run(arguments) }
        #expect(sample.output.results != "" || arguments.contains("--unused"))
        #expect(
            sample.output.messages.map { $0.prefix { $0 != ";" } } == [
                "config/clusters/c/cluster.yaml:6:1: error: wrong is not a known key"
            ])
    }

    @Test(arguments: [
        ["link", "x/hub", "https://github.com/e/c"], ["values", "x/hub"], ["show", "x"], ["show", "x/hub"],
        ["list", "x/hub"],
    ])
    func saysWhatIsWrongAnywhereWhenNothingMatches(_ arguments: [String]) async throws {
        let sample = try sample()
        try sample.folder.write(["config/clusters/x/cluster.yaml": "name: x\nprovider: [local\n"])
        await #expect(throws: SelectionError.self) { try await sample.run(arguments) }
        #expect(sample.output.messages.contains { $0.hasPrefix("config/clusters/x/cluster.yaml:3:1: error:") })
    }

    /// The cluster is there, and so is one of its hubs; their file is no configuration.
    @Test(arguments: [
        (["link", "x/hub", "https://github.com/e/c"], true), (["values", "x/hub"], true), (["show", "x"], true),
        (["show", "x/hub"], true), (["list", "x"], false), (["list", "x/hub"], false),
    ])
    func saysWhatIsWrongWithAClusterThatCannotBeRead(_ arguments: [String], isRefused: Bool) async throws {
        let sample = try sample()
        try sample.folder.write(["config/clusters/x/cluster.yaml": "name: x\nhubs:\n- {name: hub, domain: x.org}\n"])
        let error = await #expect(throws: (any Error).self) { try await sample.run(arguments) }
        #expect(error as? SelectionError == (isRefused ? .unreadable(arguments[1]) : nil))
        #expect(sample.output.messages.contains { $0.hasPrefix("config/clusters/x/cluster.yaml:1:1: error:") })
    }
}
