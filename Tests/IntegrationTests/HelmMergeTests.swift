import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Logging
import Testing

/// The merged tree must be the one that the real Helm hands to templates.
@Suite(.tags(.large), .timeLimit(.minutes(5)), .needs("helm"), .needs("helm3"))
struct HelmMergeTests {
    /// How many random stacks of layers are compared; `HUBFLEET_HELM_STACKS` asks for more.
    private static let stacks = ProcessInfo.processInfo.environment["HUBFLEET_HELM_STACKS"].flatMap(Int.init) ?? 60

    private static let scalars = [
        "yes", "No", "on", "y", "0777", "0o17", "0x1F", "1_000", "1.5", "1e3", ".5", "089", "12:30", "2024-03-18", "~",
        "null", "''", "'yes'", "\"a\\u00fc\"", "text", "text with spaces", "!!str 5", "-7", "+3", "9007199254740993",
        "1.",
        "true", "False", "'#x'", "[]", "{}", "1.0", "0.1", "100000000000000000000", "[1, yes, ~]", "[{a: 1}, {b: ~}]",
    ]

    private struct Writer {
        var random = SystemRandomNumberGenerator()

        /// A map as YAML text in flow style, with few distinct keys so that layers meet.
        mutating func map(depth: Int) -> String {
            let keys = ["a", "b", "c", "d", "yes", "1"].filter { _ in Bool.random(using: &random) }
            let pairs = keys.map { key in "\(key): \(value(depth: depth + 1))" }
            return "{\(pairs.joined(separator: ", "))}"
        }

        private mutating func value(depth: Int) -> String {
            if depth < 4, Int.random(in: 0..<5, using: &random) < 3 { return map(depth: depth) }
            return HelmMergeTests.scalars[Int.random(in: 0..<HelmMergeTests.scalars.count, using: &random)]
        }
    }

    @Test(arguments: ["helm", "helm3"])
    func mergesRandomLayersLikeHelm(_ program: String) async throws {
        let helm = try #require(RealThings.program(program), "\(program) is missing; scripts/tools installs it")
        let folder = try TemporaryFolder().write([
            "probe/Chart.yaml": "apiVersion: v2\nname: probe\nversion: 0.1.0\n",
            "probe/templates/probe.yaml":
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: probe}\ndata:\n  values: {{ .Values | toJson | b64enc }}\n",
        ])
        var writer = Writer()
        for _ in 0..<Self.stacks {
            let texts = (0..<Int.random(in: 2...4)).map { _ in writer.map(depth: 0) }
            try folder.write(["probe/values.yaml": texts[0] + "\n"])
            for (index, text) in texts.dropFirst().enumerated() { try folder.write(["\(index).yaml": text + "\n"]) }
            let files = texts.dropFirst().indices.map { "--values=\(folder.path)/\($0 - 1).yaml" }
            let output = try await SubprocessCommandRunner(logger: Logger(label: "test")).check(
                Invocation(helm, ["template", "probe", folder.path + "/probe"] + files))
            let encoded = try #require(output.text.split(separator: "values: ").last)
            let data = try #require(
                Data(base64Encoded: encoded.trimmingCharacters(in: .whitespacesAndNewlines)), "\(output.text)")
            let theirs = try #require(try JSONSerialization.jsonObject(with: data) as? NSDictionary)
            let ours = try #require(try json(merged(texts)) as? NSDictionary)
            // Helm 3 removes a null over a null default at any depth, Helm 4 at the top alone; ours is Helm 4's way.
            let isSame = program == "helm3" ? withoutNulls(ours) == withoutNulls(theirs) : ours == theirs
            guard isSame else {
                let paths = differences(ours, theirs, path: "")
                Issue.record(
                    "\(program) differs at \(paths.joined(separator: "; "))\nlayers:\n\(texts.joined(separator: "\n"))")
                return
            }
        }
    }

    private func withoutNulls(_ tree: NSDictionary) -> NSDictionary {
        let pairs = tree.compactMap { key, value -> (AnyHashable, Any)? in
            guard !(value is NSNull), let key = key as? String else { return nil }
            return (key, (value as? NSDictionary).map(withoutNulls) ?? value)
        }
        return Dictionary(uniqueKeysWithValues: pairs) as NSDictionary
    }

    /// The paths at which two trees differ, with both values.
    private func differences(_ ours: Any?, _ theirs: Any?, path: String) -> [String] {
        guard let left = ours as? NSDictionary, let right = theirs as? NSDictionary else {
            let isSame = (ours as? NSObject) == (theirs as? NSObject)
            return isSame ? [] : ["\(path): \(ours ?? "absent") instead of \(theirs ?? "absent")"]
        }
        let keys = Set(left.allKeys.compactMap { $0 as? String } + right.allKeys.compactMap { $0 as? String })
        return keys.sorted().flatMap { differences(left[$0], right[$0], path: "\(path).\($0)") }
    }

    private func merged(_ texts: [String]) throws -> Value {
        let layers = try texts.enumerated().map { index, text in
            let document = YAMLReader.read(text, file: "\(index).yaml")
            return Layer(
                kind: index == 0 ? .chart : .file, file: "\(index).yaml", values: try #require(document.root))
        }
        return EffectiveValues(layers: layers).merged
    }

    private func json(_ value: Value) -> Any {
        switch value.content {
        case .null: NSNull()
        case .bool(let bool): bool
        case .integer(let number): Double(number)
        case .unsigned(let number): Double(number)
        case .float(let number): number
        case .string(let text): text
        case .secret: Secret.mask
        case .list(let list): list.map(json)
        case .map(let map): Dictionary(uniqueKeysWithValues: map.map { ($0.key, json($0.value)) })
        }
    }
}
