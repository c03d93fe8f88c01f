import FleetTesting
import Texts

/// Random charts with sub-charts, and random values files over them.
struct RandomStacks {
    struct Stack {
        /// By path.
        var files: [String: String] = [:]
        /// The values files, weakest first.
        var layers: [String] = []
    }

    private static let scalars = [
        "yes", "No", "on", "y", "0777", "0o17", "0x1F", "1_000", "1.5", "1e3", ".5", "089", "12:30", "2024-03-18", "~",
        "null", "''", "'yes'", "\"a\\u00fc\"", "text", "text with spaces", "!!str 5", "-7", "+3", "9007199254740993",
        "1.",
        "true", "False", "'#x'", "[]", "{}", "1.0", "0.1", "100000000000000000000", "[1, yes, ~]", "[{a: 1}, {b: ~}]",
    ]

    private var random = RandomRun.numbers(20_261_123)

    mutating func next() -> Stack {
        var stack = Stack()
        stack.files["helm-charts/probe/templates/probe.yaml"] = HelmProbe.template
        addChart("probe", at: "helm-charts/probe", depth: 0, to: &stack)
        for index in 0..<Int.random(in: 1...3, using: &random) {
            stack.files["\(index).yaml"] = map(depth: 0, charts: ["one", "two", "nick"], chance: true) + "\n"
            stack.layers.append("\(index).yaml")
        }
        return stack
    }

    /// A chart with up to two charts below it, one of them perhaps under an alias, switched, tagged or exporting.
    private mutating func addChart(_ name: String, at folder: String, depth: Int, to stack: inout Stack) {
        var metadata = "apiVersion: v2\nname: \(name)\nversion: 0.1.0\n"
        let below = depth < 2 ? ["one", "two"].filter { _ in Bool.random(using: &random) } : []
        if !below.isEmpty { metadata += "dependencies:\n" }
        var keys: [String] = []
        for child in below {
            addChart(child, at: "\(folder)/charts/\(child)", depth: depth + 1, to: &stack)
            metadata += "  - {name: \(child), version: 0.1.0\(options(child, key: &keys))}\n"
        }
        stack.files["\(folder)/Chart.yaml"] = metadata
        stack.files["\(folder)/values.yaml"] = map(depth: 0, charts: keys, chance: true) + "\n"
    }

    private mutating func options(_ child: String, key keys: inout [String]) -> String {
        var text = ""
        let hasAlias = child == "two" && Bool.random(using: &random)
        keys.append(hasAlias ? "nick" : child)
        if hasAlias { text += ", alias: nick" }
        if Int.random(in: 0..<3, using: &random) == 0 { text += ", condition: 'a.b,\(keys.last ?? "").enabled'" }
        if Int.random(in: 0..<3, using: &random) == 0 { text += ", tags: [t\(Int.random(in: 0...1, using: &random))]" }
        // One import alone: of two that meet, Helm writes the second into the sub-chart's own values by mistake.
        if child == "one", Int.random(in: 0..<3, using: &random) == 0 {
            text += ", import-values: [\(Bool.random(using: &random) ? "a" : "{child: b, parent: c.d}")]"
        }
        return text
    }

    /// A map as YAML text in flow style, with few distinct keys so that layers meet.
    private mutating func map(depth: Int, charts: [String] = [], chance: Bool = false) -> String {
        var pairs = ["a", "b", "c", "d", "yes", "1"].filter { _ in Bool.random(using: &random) }
            .map { key in "\(key): \(value(depth: depth + 1))" }
        if chance {
            if Bool.random(using: &random) { pairs.append("global: \(map(depth: 2))") }
            if Bool.random(using: &random) { pairs.append("tags: {t0: \(flag()), t1: \(flag())}") }
        }
        for chart in charts where Bool.random(using: &random) {
            pairs.append("\(chart): \(chartValues())")
        }
        return "{\(pairs.joined(separator: ", "))}"
    }

    private mutating func chartValues() -> String {
        let inner = map(depth: 1).dropFirst().dropLast()
        let parts = ["enabled: \(flag())", "global: \(map(depth: 2))", "exports: {a: \(map(depth: 2))}", String(inner)]
        return "{\(parts.filter { _ in Bool.random(using: &random) }.filter { !$0.isEmpty }.joined(separator: ", "))}"
    }

    private mutating func flag() -> String { ["true", "false", "5"].randomElement(using: &random) ?? "true" }

    private mutating func value(depth: Int) -> String {
        if depth < 4, Int.random(in: 0..<5, using: &random) < 3 { return map(depth: depth) }
        return Self.scalars[Int.random(in: 0..<Self.scalars.count, using: &random)]
    }
}
