import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Logging
import Releases
import Testing
import Texts

/// The merged tree must be the one that the real Helm hands to templates.
@Suite(.tags(.large), .timeLimit(.minutes(30)), .needs("helm"), .needs("helm3"))
struct HelmMergeTests {
    /// How many random stacks of layers are compared with each Helm.
    private static let stacks = RandomRun.rounds(200)

    @Test(arguments: ["helm", "helm3"])
    func mergesRandomLayersLikeHelm(_ program: String) async throws {
        let helm = try HelmProbe(program)
        var stacks = RandomStacks()
        for _ in 0..<Self.stacks {
            let stack = stacks.next()
            let folder = try TemporaryFolder().write(stack.files)
            let theirs = try await helm.values(
                chart: folder.path + "/helm-charts/probe", files: stack.layers.map { folder.path + "/" + $0 })
            let ours = try await merged(stack, in: folder)
            // Helm 3 removes a null over a null default at any depth, and what stood below it then counts; Helm 4 does so
            // at the top alone. Ours is Helm 4's way.
            let isSame = program == "helm3" ? agreesButForNulls(ours, theirs) : ours == theirs
            guard isSame else {
                let paths = differences(ours, theirs, path: "")
                let files = stack.files.sorted { $0.key < $1.key }.map { "\($0.key):\n\($0.value)" }
                Issue.record(
                    "\(program) differs at \(paths.joined(separator: "; "))\n\(files.joined(separator: "\n"))")
                return
            }
        }
    }

    private func merged(_ stack: RandomStacks.Stack, in folder: TemporaryFolder) async throws -> NSDictionary {
        let runner = SubprocessCommandRunner(logger: Logger(label: "test"))
        let folder = try folder.write([
            "config/clusters/c/cluster.yaml": """
            name: c
            provider: local
            hubs:
              - {name: hub, helm_chart: probe, helm_chart_values_files: [\(stack.layers.joined(separator: ", "))]}

            """
        ])
        for layer in stack.layers { try folder.write(["config/clusters/c/\(layer)": folder.read(layer)]) }
        let fleet = try await OpenFleet(WorkingTree(folder.path), runner: runner)
        let cluster = try #require(fleet.fleet.clusters.first)
        let loaded = await fleet.load(Release(try #require(cluster.hubs.first), of: cluster))
        #expect(loaded.findings.filter { $0.severity != .note } == [])
        let values = loaded.values
        return try #require(values.merged.json as? NSDictionary)
    }

    private func agreesButForNulls(_ ours: NSDictionary, _ theirs: NSDictionary) -> Bool {
        let keys = Set((ours.allKeys + theirs.allKeys).compactMap { $0 as? String })
        return keys.allSatisfy { key in
            switch (ours[key], theirs[key]) {
            case (is NSNull, _), (nil, is NSNull): true
            case (let left as NSDictionary, let right as NSDictionary): agreesButForNulls(left, right)
            case (let left as NSObject, let right as NSObject): left == right
            default: false
            }
        }
    }
}

/// The paths at which two trees differ, with both values.
func differences(_ ours: Any?, _ theirs: Any?, path: String) -> [String] {
    guard let left = ours as? NSDictionary, let right = theirs as? NSDictionary else {
        let isSame = (ours as? NSObject) == (theirs as? NSObject)
        return isSame ? [] : ["\(path): \(ours ?? "absent") instead of \(theirs ?? "absent")"]
    }
    let keys = Set(left.allKeys.compactMap { $0 as? String } + right.allKeys.compactMap { $0 as? String })
    return keys.sorted().flatMap { differences(left[$0], right[$0], path: "\(path).\($0)") }
}

/// The real Helm, asked for the values that templates see.
struct HelmProbe {
    /// A template that prints them, to be put into the chart.
    static let template =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: probe}\ndata:\n  values: {{ .Values | toJson | b64enc }}\n"
    private let program: String

    init(_ program: String) throws {
        self.program = try #require(RealThings.program(program), "\(program) is missing; scripts/tools installs it")
    }

    func values(chart: String, files: [String]) async throws -> NSDictionary {
        let arguments = ["template", "probe", chart] + files.map { "--values=\($0)" }
        let output = try await SubprocessCommandRunner(logger: Logger(label: "test")).check(
            Invocation(program, arguments))
        let encoded = try #require(output.text.split(separator: "values: ").last)
        let data = try #require(
            Data(base64Encoded: encoded.trimmingCharacters(in: .whitespacesAndNewlines)), "\(output.text)")
        return try #require(try JSONSerialization.jsonObject(with: data) as? NSDictionary)
    }
}

extension Value {
    /// As Foundation reads JSON; numbers as Double, as Helm's JSON has them.
    var json: Any {
        switch content {
        case .null: NSNull()
        case .bool(let bool): bool
        case .integer(let number): Double(number)
        case .unsigned(let number): Double(number)
        case .float(let number): number
        case .string(let text): text
        case .secret(let secret): Value(secret.reveal() ?? .null, at: location).json
        case .list(let list): list.map(\.json)
        case .map(let map): Dictionary(uniqueKeysWithValues: map.map { ($0.key, $0.value.json) })
        }
    }
}
