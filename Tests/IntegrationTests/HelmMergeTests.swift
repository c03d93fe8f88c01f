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
        var (compared, refused) = (0, 0)
        for _ in 0..<Self.stacks {
            let stack = stacks.next()
            if program == "helm3", stack.mixesUpHelm3 { continue }
            let folder = try await write(stack)
            let theirs = try await helm.answer(
                chart: folder.path + "/helm-charts/probe", files: stack.layers.map { folder.path + "/" + $0 })
            let ours = try await loaded(stack, in: folder)
            if let difference = difference(ours, theirs, program: program) {
                let files = stack.files.sorted { $0.key < $1.key }.map { "\($0.key):\n\($0.value)" }
                let packed = stack.archives.map { "\($0.folder) -> \($0.archive)" }
                Issue.record("\(program): \(difference)\n\((files + packed).joined(separator: "\n"))")
                return
            }
            if case .values = theirs { compared += 1 } else { refused += 1 }
        }
        // Stacks that Helm refuses show that we say so; most are to be compared.
        #expect(compared > Self.stacks / 3 && refused > 0, "\(compared) compared, \(refused) refused")
    }

    /// What is wrong with our answer; nil when it is Helm's.
    private func difference(_ ours: ValuesLoader.Loaded, _ theirs: HelmProbe.Answer, program: String) -> String? {
        let errors = ours.findings.filter { $0.severity == .error }
        switch theirs {
        case .refused(let reason) where reason.contains("missing in charts/"):
            // A chart that has to be fetched first is no error in a checkout.
            let isSaid = !errors.isEmpty || ours.findings.contains { $0.rule == "values/unknown-subchart" }
            return isSaid ? nil : "nothing is said of \(reason)"
        case .refused(let reason): return errors.isEmpty ? "nothing is said of \(reason)" : nil
        case .values(let theirs):
            guard errors.isEmpty else { return "it is refused without need: \(errors)" }
            guard let values = ours.values.merged.json as? NSDictionary else { return "no map" }
            // Helm 3 removes a null over a null default at any depth, and what stood below it then counts; Helm 4 does so
            // at the top alone. Ours is Helm 4's way.
            let isSame = program == "helm3" ? agreesButForNulls(values, theirs) : values == theirs
            return isSame ? nil : differences(values, theirs, path: "").joined(separator: "; ")
        }
    }

    /// Writes a stack, and packs what is to be packed.
    private func write(_ stack: RandomStacks.Stack) async throws -> TemporaryFolder {
        let folder = try TemporaryFolder().write(stack.files)
        for layer in stack.layers { try folder.write(["config/clusters/c/\(layer)": folder.read(layer)]) }
        try folder.write([
            "config/clusters/c/cluster.yaml": """
            name: c
            provider: local
            hubs:
              - {name: hub, helm_chart: probe, helm_chart_values_files: [\(stack.layers.joined(separator: ", "))]}

            """
        ])
        let runner = try RealThings.runner()
        for (path, archive) in stack.archives {
            let parts = path.split(separator: "/")
            let above = "\(folder.path)/\(parts.dropLast().joined(separator: "/"))"
            try await runner.check(
                Invocation("tar", ["-czf", "\(folder.path)/\(archive)", "-C", above, String(parts.last ?? "")]))
            try FileManager.default.removeItem(atPath: "\(folder.path)/\(path)")
        }
        return folder
    }

    private func loaded(_ stack: RandomStacks.Stack, in folder: TemporaryFolder) async throws -> ValuesLoader.Loaded {
        let fleet = try await OpenFleet(WorkingTree(folder.path), runner: RefusingCommandRunner())
        let cluster = try #require(fleet.fleet.clusters.first)
        return await fleet.load(Release(try #require(cluster.hubs.first), of: cluster))
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

    /// What Helm makes of a chart.
    enum Answer {
        /// What templates see.
        case values(NSDictionary)
        /// It does not render the chart, with its reason.
        case refused(String)
    }

    func answer(chart: String, files: [String]) async throws -> Answer {
        let arguments = ["template", "probe", chart] + files.map { "--values=\($0)" }
        let output = try await SubprocessCommandRunner(logger: Logger(label: "test")).run(
            Invocation(program, arguments))
        guard output.status == 0 else { return .refused(output.standardError.lastLines(2)) }
        let encoded = try #require(output.text.split(separator: "values: ").last)
        let data = try #require(
            Data(base64Encoded: encoded.trimmingCharacters(in: .whitespacesAndNewlines)), "\(output.text)")
        return .values(try #require(try JSONSerialization.jsonObject(with: data) as? NSDictionary))
    }

    /// The values that templates see.
    func values(chart: String, files: [String]) async throws -> NSDictionary {
        switch try await answer(chart: chart, files: files) {
        case .values(let values): return values
        case .refused(let reason): throw UnexpectedCall(description: reason)
        }
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
