import ArgumentParser
import FleetTesting
import FleetTools
import Foundation
import Testing

@testable import FleetCommands

/// Runs commands in process, as the program would.
struct CommandCase {
    let output = RecordingOutput()
    let folder: TemporaryFolder
    var environment: [String: String] = [:]
    var isRoot = false
    /// The hubs that can be visited; nil: none.
    var visits: (any HubVisits)?
    /// Begins now, so that what other tests just made does not look old.
    var time = ManualTime(start: .now, movement: .bySleeping)

    var context: FleetContext {
        var doors = Doors.closed
        doors.environment = environment
        (doors.isRoot, doors.time) = (isRoot, time)
        if let visits { doors.hubVisits = visits }
        return FleetContext(output: output, currentDirectory: folder.path, doors: doors)
    }

    func run(_ arguments: String...) async throws { try await run(arguments) }

    func run(_ arguments: [String]) async throws { try await Self.command(arguments).run(in: context) }

    /// The command that a command line asks for.
    static func command(_ arguments: [String]) throws -> any FleetCommand {
        let command = try HubfleetCommand.parseAsRoot(arguments)
        return try #require(command as? any FleetCommand, "it does nothing by itself: \(arguments)")
    }
}

@Suite(.tags(.medium))
struct CommandTests {
    private func sample() throws -> CommandCase {
        let folder = try SampleFleet.write(clusters: ["alpha": ["staging", "prod"], "empty": []])
        try folder.write([
            "config/clusters/cloud/cluster.yaml": """
            name: cloud
            provider: aws
            metadata: {}
            aws: {account: 123456789012, key: enc-k.secret.json, clusterType: eks, clusterName: cloud, region: us-west-2}
            support: {helm_chart_values_files: [support.values.yaml]}
            hubs:
              - name: prod
                display_name: A hub — with name
                domain: hub.example.org
                helm_chart: basehub
                helm_chart_values_files: [prod.values.yaml, enc-prod.secret.values.yaml]

            """,
            "config/clusters/cloud/enc-k.secret.json": "{}", "config/clusters/cloud/support.values.yaml": "",
            "config/clusters/cloud/prod.values.yaml": "", "config/clusters/cloud/enc-prod.secret.values.yaml": "",
            "helm-charts/basehub/values.yaml": "",
        ])
        return CommandCase(folder: folder)
    }

    @Test func listsAsTableAndJSON() async throws {
        let table = try sample()
        try await table.run("list")
        try expectGolden(table.output.results + "\n", "list.txt")
        let json = try sample()
        try await json.run("list", "*/prod", "--format", "json")
        try expectGolden(json.output.results + "\n", "list.json")
        #expect(json.output.messages == [])
    }

    @Test func showsClusterAndHub() async throws {
        for (name, golden) in [("cloud", "show-cluster"), ("cloud/prod", "show-hub")] {
            let table = try sample()
            try await table.run("show", name)
            try expectGolden(table.output.results + "\n", golden + ".txt")
            let json = try sample()
            try await json.run("show", name, "--format", "json")
            try expectGolden(json.output.results + "\n", golden + ".json")
        }
    }

    @Test func listsWhatItCanAndFailsOnErrors() async throws {
        let sample = try sample()
        try sample.folder.write(["config/clusters/broken/cluster.yaml": "name: broken\n"])
        await #expect(throws: ExitCode(1)) { try await sample.run("list") }
        #expect(sample.output.results.contains("alpha/prod"))
        #expect(
            sample.output.messages.first
                == "config/clusters/broken/cluster.yaml:1:1: error: provider is missing [cluster/missing-key]")
    }

    /// A hub that a file declares is in the list, whatever is wrong beside it.
    @Test func listsEveryHubThatAFileDeclares() async throws {
        let sample = try sample()
        try sample.folder.write([
            "config/clusters/delta/cluster.yaml":
                "name: delta\nprovider: kubeconfg\nhubs:\n  - {name: prod, helm_chart: basehub, domain: d.example.org}\n"
                + "  - {name: 7, domain: e.example.org}\n",
            "config/clusters/gamma/cluster.yaml":
                "name: gamma\nprovider: local\nhubs:\n  - {name: prod}\n"
                + "  - {name: two, helm_chart: basehub, helm_chart_values_files: []}\n",
        ])
        await #expect(throws: ExitCode(1)) { try await sample.run("list") }
        try expectGolden(sample.output.results + "\n", "list-with-errors.txt")
        let one = CommandCase(folder: sample.folder)
        await #expect(throws: ExitCode(1)) { try await one.run("list", "delta/prod", "--format", "json") }
        try expectGolden(one.output.results + "\n", "list-with-errors.json")
    }

    /// A misspelt provider keeps a cluster out of the fleet, but not out of what is asked for by its name.
    @Test func validatesAClusterWhoseProviderIsMisspelt() async throws {
        let sample = try sample()
        try sample.folder.write([
            "config/clusters/delta/cluster.yaml":
                "name: delta\nprovider: kubeconfg\nhubs:\n  - {name: prod, helm_chart: basehub, domain: d.example.org}\n"
        ])
        for selector in ["delta", "delta/prod", "d*"] {
            let one = CommandCase(folder: sample.folder)
            await #expect(throws: ExitCode(1)) { try await one.run("validate", selector) }
            #expect(one.output.results.contains("config/clusters/delta/cluster.yaml:2:11: error: provider cannot be"))
            #expect(!one.output.results.contains("config/clusters/alpha"))
        }
        await #expect(throws: (any Error).self) { try await sample.run("validate", "deltas") }
    }

    @Test func saysWhereItLookedForAFleet() async throws {
        let empty = CommandCase(folder: try TemporaryFolder())
        await #expect(throws: FleetNotFound(folder: empty.folder.path, isChosen: false)) { try await empty.run("list") }
        await #expect(throws: FleetNotFound(folder: "/nowhere", isChosen: true)) {
            try await empty.run("list", "-C", "/nowhere")
        }
    }

    @Test func findsTheFleetUpwards() async throws {
        let sample = try sample()
        let context = CommandCase(folder: sample.folder)
        var inner = context.context
        inner.currentDirectory = sample.folder.path + "/config/clusters/alpha"
        let command = try CommandCase.command(["list", "alpha"])
        try await command.run(in: inner)
        #expect(context.output.results.contains("alpha/staging"))
    }

    @Test func showWantsExactlyOne() async throws {
        let sample = try sample()
        await #expect(throws: ValidationError.self) { try await sample.run("show", "*") }
        await #expect(throws: ValidationError.self) { try await sample.run("show", "*/prod") }
    }

    @Test func initWritesAFleet() async throws {
        let empty = CommandCase(folder: try TemporaryFolder())
        try await empty.run("init", "mine")
        #expect(empty.folder.exists("mine/config/clusters/local/cluster.yaml"))
        #expect(empty.output.results.contains("mine/fleet.yaml"))
    }

    @Test func upRefusesBeforeItTouchesAnything() async throws {
        let sample = try sample()
        let state = sample.folder.path + "/state"
        await #expect(throws: UpError.remote("cloud/prod", provider: "aws")) {
            try await sample.run("up", "cloud/prod", "--state-dir", state)
        }
        await #expect(throws: UpError.noHubs("empty")) { try await sample.run("up", "empty", "--state-dir", state) }
        await #expect(throws: ValidationError.self) {
            try await sample.run("up", "alpha", "--port", "9000", "--state-dir", state)
        }
        try sample.folder.write([
            "config/clusters/alpha/cluster.yaml":
                "name: alpha\nprovider: local\nhubs: [{name: x, helm_chart: basehub, helm_chart_values_files: [none.yaml]}]\n"
        ])
        await #expect(throws: UpError.brokenCluster) { try await sample.run("up", "alpha", "--state-dir", state) }
        #expect(sample.output.messages.contains { $0.contains("the file \"none.yaml\" does not exist") })
        #expect(!sample.folder.exists("state"))
    }

    /// What was meant may be in the file that cannot be read, so its errors are shown first.
    @Test func upShowsErrorsOfUnreadableClusters() async throws {
        let sample = try sample()
        try sample.folder.write(["config/clusters/alpha/cluster.yaml": "name: alpha\nprovider: [local\n"])
        for arguments in [["up"], ["up", "alpha/prod"]] {
            let command = try #require(try HubfleetCommand.parseAsRoot(arguments) as? UpCommand)
            await #expect(throws: UpError.brokenCluster) { try await command.run(in: sample.context) }
        }
        #expect(sample.output.messages.count { $0.contains("alpha/cluster.yaml:3:1: error:") } == 2)
    }

    @Test func namesAreSafeOnATerminal() async throws {
        let sample = try sample()
        let hub =
            "{name: prod, display_name: \"\\e[2Jx\\r\\ny\", helm_chart: basehub, helm_chart_values_files: [prod.values.yaml]}"
        try sample.folder.write(["config/clusters/alpha/cluster.yaml": "name: alpha\nprovider: local\nhubs: [\(hub)]\n"]
        )
        try await sample.run("list", "alpha")
        #expect(sample.output.results.contains("alpha/prod"))
        #expect(!sample.output.results.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\r" })
    }

    @Test func upNeedsALocalCluster() async throws {
        let sample = try sample()
        try FileManager.default.removeItem(atPath: sample.folder.path + "/config/clusters/alpha")
        await #expect(throws: UpError.noLocalCluster) { try await sample.run("up") }
    }
}

@Suite(.tags(.small))
struct CommandTreeTests {
    private var leaves: [(path: [String], command: any ParsableCommand.Type)] {
        func walk(_ command: any ParsableCommand.Type, _ path: [String]) -> [(
            path: [String], command: any ParsableCommand.Type
        )] {
            let configuration = command.configuration
            // Those of groups are among them.
            let children = configuration.subcommands
            return [(path, command)] + children.flatMap { walk($0, path + [$0.configuration.commandName ?? ""]) }
        }
        return walk(HubfleetCommand.self, ["hubfleet"])
    }

    @Test func everyCommandExplainsItself() {
        for (path, command) in leaves {
            #expect(!command.configuration.abstract.isEmpty, "\(path) has no abstract")
            #expect(command.configuration.discussion.contains("hubfleet "), "\(path) shows no example")
        }
    }

    /// docs/reference/commands.md is made from the command tree; `RECORD_GOLDEN=1 swift test` writes it anew.
    @Test func theReferenceIsUpToDate() throws {
        var text = "# Commands\n\nMade from the program's own help; do not edit.\n"
        for (path, command) in leaves {
            let help = HubfleetCommand.helpMessage(for: command, columns: 100)
            text += "\n## \(path.joined(separator: " "))\n\n```\n\(help)\n```\n"
        }
        let file = URL(filePath: RealThings.packageRoot + "/docs/reference/commands.md")
        if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == text, "RECORD_GOLDEN=1 swift test writes it anew")
    }

    @Test(arguments: [
        ["list", "--format", "xml"], ["up", "--port", "0"], ["up", "--port", "abc"], ["frobnicate"], ["init"], ["show"],
        ["explain", "a/b"],
    ])
    func refusesWrongUsage(_ arguments: [String]) {
        let error = #expect(throws: (any Error).self) { try HubfleetCommand.parseAsRoot(arguments) }
        #expect(error.map { HubfleetCommand.exitCode(for: $0) } == .validationFailure)
    }
}

@Suite(.tags(.medium))
struct ValuesCommandTests {
    private func sample() throws -> CommandCase {
        let folder = try SampleFleet.write(clusters: ["c": ["hub"]])
        try folder.write([
            "helm-charts/basehub/values.yaml": "jupyterhub:\n  cull: {timeout: 3600, every: 600}\n",
            "config/clusters/c/hub.values.yaml": "jupyterhub:\n  cull:\n    timeout: 60\n  list: [yes, \"yes\"]\n",
        ])
        return CommandCase(folder: folder)
    }

    @Test func printsValuesAsYAMLAndJSON() async throws {
        let yaml = try sample()
        try await yaml.run("values", "c/hub")
        #expect(
            yaml.output.results
                == "jupyterhub:\n  cull:\n    timeout: 60\n    every: 600\n  list:\n  - true\n  - \"yes\"")
        let json = try sample()
        try await json.run("values", "c/hub", "--key", "jupyterhub.cull", "--format", "json")
        #expect(json.output.results == "{\n  \"every\" : 600,\n  \"timeout\" : 60\n}")
    }

    @Test func listsLayers() async throws {
        let sample = try sample()
        try await sample.run("values", "c/hub", "--layers")
        try expectGolden(sample.output.results + "\n", "values-layers.txt")
    }

    @Test func explainsAValueAndAMap() async throws {
        for (path, golden) in [("jupyterhub.cull.timeout", "explain-value.txt"), ("jupyterhub", "explain-map.txt")] {
            let sample = try sample()
            try await sample.run("explain", "c/hub", path)
            try expectGolden(sample.output.results + "\n", golden)
        }
        let json = try sample()
        try await json.run("explain", "c/hub", "jupyterhub.cull.timeout", "--format", "json")
        try expectGolden(json.output.results + "\n", "explain.json")
    }

    @Test func saysWhatWasMeant() async throws {
        let sample = try sample()
        let error = await #expect(throws: NoValue.self) {
            try await sample.run("explain", "c/hub", "jupyterhub.cul.timeout")
        }
        #expect(error?.description == "no layer sets jupyterhub.cul.timeout; did you mean jupyterhub.cull.timeout?")
        await #expect(throws: ValidationError.self) { try await sample.run("explain", "c/hub", "a..b") }
        await #expect(throws: ValidationError.self) { try await sample.run("values", "c") }
    }
}
