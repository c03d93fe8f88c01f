import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Releases
import Testing
import Texts

/// Where less is known, no more errors are found: random fleets, whole and with layers, charts, keys and programs away.
@Suite(.tags(.medium), .timeLimit(.minutes(20)))
struct LessKnownTests {
    private static let rounds = RandomRun.rounds(150)

    /// A fleet with what its programs answer.
    private struct Sample {
        var files: [String: String]
        /// The clear text of encrypted files, by their names.
        var clear: [String: String] = [:]
        var hasKey = true
        var hasJsonnet = true

        func errors() async throws -> Set<String> {
            let folder = try TemporaryFolder().write(files)
            let (clear, hasKey, hasJsonnet) = (clear, hasKey, hasJsonnet)
            let runner = ScriptedCommandRunner { call in
                let name = URL(filePath: call.arguments.last ?? "").lastPathComponent
                switch call.program {
                case "sops" where hasKey: return CommandOutput(standardOutput: Array((clear[name] ?? "{}").utf8))
                case "jsonnet" where hasJsonnet:
                    let text = try String(contentsOfFile: call.arguments.last ?? "", encoding: .utf8)
                    return CommandOutput(standardOutput: Array(text.utf8))
                default: throw CommandError.notFound(program: call.program)
                }
            }
            let fleet = try await OpenFleet(WorkingTree(folder.path), runner: runner)
            let report = try await fleet.validate(fleet.choosing(["example/prod"]))
            let rules = Set(RuleBook.rules.map(\.id))
            return Set(
                report.entries.map(\.finding).filter {
                    $0.severity == .error && (rules.contains($0.rule) || $0.rule.hasPrefix("schema/"))
                    // Of a type the schema and a rule say the same.
                }.map { "\(RuleBook.ofTypes.contains($0.rule) ? "schema/type" : $0.rule) \($0.location)" })
        }
    }

    @Test func noRuleFindsMore() async throws {
        let examples =
            RuleExampleTests.sections.flatMap { $0.fails + $0.passes }.filter { !$0.contains("# cluster.yaml") }
            + SettingFaultTests.faults.map(\.yaml) + SettingFaultTests.right
        try #require(examples.count > 150)
        var random = RandomRun.numbers(20_261_130)
        var withErrors = 0
        var lost = 0
        for round in 0..<Self.rounds {
            await Task.yield()
            let whole = try sample(examples, &random)
            let before = try await whole.errors()
            withErrors += before.isEmpty ? 0 : 1
            var less = whole
            var taken: [String] = []
            for _ in 0..<Int.random(in: 1...3, using: &random) { taken.append(take(from: &less, &random)) }
            let after = try await less.errors()
            lost += before.subtracting(after).count
            let more = after.subtracting(before)
            guard more.isEmpty else {
                Issue.record("round \(round), without \(taken): \(more.sorted())\n\(whole.files.description)")
                return
            }
        }
        #expect(withErrors > Self.rounds / 3, "hardly any fleet has an error")
        #expect(lost > 10, "what is taken away hardly matters")
    }

    /// Two examples laid over each other: as plain files, or in an encrypted file, or computed by the chart's jsonnet.
    private func sample(_ examples: [String], _ random: inout SplitMix) throws -> Sample {
        let base = try tree(examples[Int.random(in: 0..<examples.count, using: &random)])
        let own = try tree(examples[Int.random(in: 0..<examples.count, using: &random)])
        var sample = Sample(
            files: ExampleFleet.files("# a.values.yaml\n{}\n# b.values.yaml\n{}\n# enc-c.secret.values.yaml\n{}\n"))
        let folder = "config/clusters/example/"
        sample.files["helm-charts/basehub/values.jsonnet"] = "{}"
        sample.files["helm-charts/basehub/values.schema.yaml"] = """
            properties: {jupyterhub: {required: [cull, hub, singleuser], properties: {cull: {required: [timeout]}}}}

            """
        func put(_ value: Value, at place: Int) throws {
            switch place {
            case 0: sample.files["helm-charts/basehub/values.jsonnet"] = json(value)
            case 1: sample.files[folder + "a.values.yaml"] = try YAMLWriter.text(value)
            case 2: sample.files[folder + "b.values.yaml"] = try YAMLWriter.text(value)
            default:
                let name = "enc-c.secret.values.yaml"
                sample.clear[name] = try YAMLWriter.text(value)
                let text = value.map?.isEmpty == true ? "" : try YAMLWriter.text(sealed(value))
                sample.files[folder + name] = text + "sops: {mac: m, version: 3, lastmodified: t}\n"
            }
        }
        let first = Int.random(in: 0...2, using: &random)
        try put(base, at: first)
        try put(own, at: Int.random(in: (first + 1)...3, using: &random))
        if sample.clear.isEmpty {
            sample.files[folder + "enc-c.secret.values.yaml"] = "sops: {mac: m, version: 3, lastmodified: t}\n"
        }
        return sample
    }

    private func tree(_ example: String) throws -> Value {
        let text = example.split(separator: "\n").filter { !$0.hasPrefix("# ") }.joined(separator: "\n") + "\n"
        let root = YAMLReader.read(text, file: "f").root
        return root?.map == nil ? Value(.map(ValueMap()), at: SourceLocation(file: "f")) : try #require(root)
    }

    /// JSON is jsonnet.
    private func json(_ value: Value) -> String {
        JSONWriter.text(value)
    }

    private func sealed(_ value: Value) -> Value {
        switch value.content {
        case .map:
            var map = ValueMap()
            for (key, place, part) in value.pairs { map.set(key, to: sealed(part), keyLocation: place) }
            return Value(.map(map), at: value.location)
        case .list(let list): return Value(.list(list.map(sealed)), at: value.location)
        case .null: return value
        default: return Value(.string("ENC[x]"), at: value.location)
        }
    }

    private func take(from sample: inout Sample, _ random: inout SplitMix) -> String {
        let folder = "config/clusters/example/"
        switch Int.random(in: 0...7, using: &random) {
        case 0:
            for name in sample.files.keys where name.hasPrefix("upstream/") { sample.files[name] = nil }
            return "the sub-chart"
        case 1:
            sample.files["helm-charts/basehub/values.yaml"] = nil
            return "the chart's values"
        case 2:
            sample.files[folder + "a.values.yaml"] = nil
            return "a layer"
        case 3:
            sample.files[folder + "b.values.yaml"] = nil
            return "another layer"
        case 4:
            sample.files[folder + "a.values.yaml"] = "a: ["
            return "a layer, which is no YAML"
        case 5:
            sample.files[folder + "enc-c.secret.values.yaml"] = nil
            return "the encrypted layer"
        case 6:
            sample.hasKey = false
            return "the key"
        default:
            sample.hasJsonnet = false
            return "jsonnet"
        }
    }
}
