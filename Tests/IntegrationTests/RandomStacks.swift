import FleetTesting
import Texts

/// Random charts with sub-charts in every form in which Helm finds them, and random values files over them.
struct RandomStacks {
    struct Stack {
        /// By path.
        var files: [String: String] = [:]
        /// Folders that become archives beside them, the innermost first, and the archives, by path.
        var archives: [(folder: String, archive: String)] = []
        /// The values files, weakest first.
        var layers: [String] = []
        /// Whether a chart stands below two names: Helm 3 mixes up what both have below them.
        var mixesUpHelm3 = false
    }

    private static let scalars = [
        "yes", "No", "on", "y", "0777", "0o17", "0x1F", "1_000", "1.5", "1e3", ".5", "089", "12:30", "2024-03-18", "~",
        "null", "''", "'yes'", "\"a\\u00fc\"", "text", "text with spaces", "!!str 5", "-7", "+3", "9007199254740993",
        "1.",
        "true", "False", "'#x'", "[]", "{}", "1.0", "0.1", "100000000000000000000", "[1, yes, ~]", "[{a: 1}, {b: ~}]",
    ]
    /// What a `.helmignore` may say; the last ones make Helm refuse the chart.
    private static let patterns = [
        "one", "/one", "charts/one", "/charts/x-two/", "*.tgz", "two/", "charts/*/values.yaml", "/values.yaml", "# one",
        "requirements.yaml", "!*", "charts/t?o", "charts/[a-o]*", "three*/", "charts/one/charts", "!charts",
        "charts/*/Chart.yaml", "**", "[",
    ]
    /// Ranges that hold 0.1.0, and ranges that do not.
    private static let ranges = [
        "0.1.0", "~0.1", "'>=0.0.1 <1'", "'*'", "^0.1.0", "0.x", "'>0.0.9, <=0.1'", "v0.1.0", "0.0.1 - 0.5",
        "9 || 0.1.x",
    ]
    private static let others = ["^1", "0.2.0", "'>0.1'", "'!=0.1.0'", "''", "~0.1.1", "^0.1.1", "1 - 2", "nonsense"]

    private var random = RandomRun.numbers(20_261_123)

    mutating func next() -> Stack {
        var stack = Stack()
        stack.files["helm-charts/probe/templates/probe.yaml"] = HelmProbe.template
        addChart("probe", at: "helm-charts/probe", depth: 0, to: &stack)
        if chance(6) {
            let lines = (0...Int.random(in: 0...1, using: &random)).compactMap { _ in
                Self.patterns.randomElement(using: &random)
            }
            stack.files["helm-charts/probe/.helmignore"] = lines.joined(separator: "\n") + "\n"
        }
        for index in 0..<Int.random(in: 1...3, using: &random) {
            let charts = ["one", "two", "three", "nick", "again"]
            stack.files["\(index).yaml"] = map(depth: 0, charts: charts, chance: true) + "\n"
            stack.layers.append("\(index).yaml")
        }
        return stack
    }

    private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }

    /// A chart with up to three charts below it: named by it in either file or in none, unpacked or packed, below other names,
    /// switched, tagged or exporting.
    private mutating func addChart(
        _ name: String, at folder: String, depth: Int, version: String = "0.1.0", to stack: inout Stack
    ) {
        let children = depth < 2 ? ["one", "two", "three"].filter { _ in Bool.random(using: &random) } : []
        var entries: [String] = []
        var keys: [String] = []
        for child in children {
            let isDeclared = !chance(4)
            // Helm itself goes on without a chart that another one below names.
            let isThere = !isDeclared || depth == 0 || !chance(8)
            if isThere { addFolder(of: child, below: folder, depth: depth, to: &stack) }
            if isDeclared { entries += declarations(of: child, keys: &keys) } else { keys.append(child) }
        }
        if keys.contains("again") { stack.mixesUpHelm3 = true }
        addMetadata(name, version, entries: entries, at: folder, to: &stack)
        if depth < 2, chance(12) { stack.files["\(folder)/charts/_notes/README.md"] = "no chart" }
        if depth < 2, chance(12) { stack.files["\(folder)/charts/.hidden.tgz"] = "no archive" }
        if depth < 2, chance(40) { stack.files["\(folder)/charts/README.md"] = "no chart" }
        stack.files["\(folder)/values.yaml"] = map(depth: 0, charts: keys, chance: true) + "\n"
    }

    /// The folder of a child, perhaps of another name, perhaps packed, perhaps with one of another version beside it.
    private mutating func addFolder(of child: String, below folder: String, depth: Int, to stack: inout Stack) {
        let path = "\(folder)/charts/\(chance(4) ? "x-" : "")\(child)"
        addChart(child, at: path, depth: depth + 1, to: &stack)
        if chance(4) { stack.archives.append((path, "\(path)-0.1.0.tgz")) }
    }

    /// What a chart says of one below it: once, or of two names for it.
    private mutating func declarations(of child: String, keys: inout [String]) -> [String] {
        let isTwice = child == "one" && chance(6)
        var key = child == "two" && Bool.random(using: &random) ? "nick" : child
        var entries: [String] = []
        for name in isTwice ? [key, "again"] : [key] {
            key = name
            keys.append(key)
            let version =
                chance(8) ? Self.others.randomElement(using: &random) : Self.ranges.randomElement(using: &random)
            var text = "name: \(child)"
            if !chance(20) { text += ", version: \(version ?? "0.1.0")" }
            if key != child { text += ", alias: \(key)" }
            entries.append("{\(text)\(options(of: child, key: key))}")
        }
        return entries
    }

    private mutating func options(of child: String, key: String) -> String {
        var text = ""
        if chance(3) {
            let paths = [
                "a.b,\(key).enabled", "\(key).enabled", " \(key).enabled ", "a.b, \(key).enabled", "a..b,\(key).yes",
                "a",
            ]
            text += ", condition: '\(paths.randomElement(using: &random) ?? "")'"
        }
        if chance(2) {
            let tags = ["t0", "t1", "t2"].filter { _ in Bool.random(using: &random) }
            text += ", tags: [\(tags.joined(separator: ", "))]"
        }
        if chance(3) {
            let imports = [
                "a", "{child: b, parent: c.d}", "{child: exports.a, parent: .}", "{child: a, parent: deep.er}", "b.c",
            ]
            let chosen = (0...Int.random(in: 0...1, using: &random)).compactMap { _ in
                imports.randomElement(using: &random)
            }
            text += ", import-values: [\(chosen.joined(separator: ", "))]"
        }
        return text
    }

    /// The newer form, the older one, or both at once, which Helm reads into each other.
    private mutating func addMetadata(
        _ name: String, _ version: String, entries: [String], at folder: String, to stack: inout Stack
    ) {
        func list(_ entries: [String]) -> String {
            entries.isEmpty ? "dependencies: []\n" : "dependencies:\n" + entries.map { "  - \($0)\n" }.joined()
        }
        let form = Int.random(in: 0..<8, using: &random)
        var metadata = "name: \(name)\nversion: \(version)\n"
        metadata += form % 2 == 0 ? "apiVersion: v2\n" : chance(2) ? "apiVersion: v1\n" : ""
        if entries.isEmpty, !chance(8) {
            stack.files["\(folder)/Chart.yaml"] = metadata
            return
        }
        switch form {
        case 0...3: metadata += list(entries)
        case 4:
            metadata += list(entries).replacing("dependencies", with: "Dependencies").replacing("{name", with: "{Name")
        case 5, 6: stack.files["\(folder)/requirements.yaml"] = list(entries)
        default:
            metadata += list(Array(entries.reversed()))
            stack.files["\(folder)/requirements.yaml"] = list(entries)
        }
        stack.files["\(folder)/Chart.yaml"] = metadata
    }

    // MARK: - Values

    /// A map as YAML text in flow style, with few distinct keys so that layers meet.
    private mutating func map(depth: Int, charts: [String] = [], chance isTop: Bool = false) -> String {
        var pairs = ["a", "b", "c", "d", "yes", "1"].filter { _ in Bool.random(using: &random) }
            .map { key in "\(key): \(value(depth: depth + 1))" }
        if isTop {
            if Bool.random(using: &random) { pairs.append("global: \(chance(20) ? "5" : map(depth: 2))") }
            if Bool.random(using: &random) { pairs.append("tags: {t0: \(flag()), t1: \(flag()), t2: \(flag())}") }
        }
        for chart in Set(charts.map(\.exact)).sorted() where Bool.random(using: &random) {
            pairs.append(
                "\(chart): \(chance(40) ? ["~", "5", "[]"].randomElement(using: &random) ?? "" : chartValues())")
        }
        return "{\(pairs.joined(separator: ", "))}"
    }

    private mutating func chartValues() -> String {
        let inner = map(depth: 1).dropFirst().dropLast()
        var parts = ["enabled: \(flag())", "global: \(map(depth: 2))", "exports: {a: \(map(depth: 2))}", String(inner)]
        for below in ["one", "two", "nick"] where chance(4) { parts.append("\(below): \(map(depth: 2))") }
        return "{\(parts.filter { _ in Bool.random(using: &random) }.filter { !$0.isEmpty }.joined(separator: ", "))}"
    }

    private mutating func flag() -> String { ["true", "false", "5"].randomElement(using: &random) ?? "true" }

    private mutating func value(depth: Int) -> String {
        if depth < 4, Int.random(in: 0..<5, using: &random) < 3 { return map(depth: depth) }
        return Self.scalars[Int.random(in: 0..<Self.scalars.count, using: &random)]
    }
}
