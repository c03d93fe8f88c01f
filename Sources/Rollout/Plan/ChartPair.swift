import FleetModel
import Releases
import Texts

/// One chart before and after.
struct ChartPair {
    private let before: ChartSide
    private let after: ChartSide
    private let templates: TemplateReading

    init(_ before: ChartSide, _ after: ChartSide) {
        self.before = before
        self.after = after
        templates = TemplateReading([before, after])
    }

    /// A file that differs, with its place in the chart.
    private struct Changed {
        let key: ExactText
        let side: ChartSide
        let other: ChartSide
        let root: ExactText
        /// Its path in the chart that it belongs to.
        let rest: ExactText

        /// Whether only one state has the chart that it belongs to.
        var isOfNewChart: Bool {
            root != ChartSide.own.exact && other.files?[root] == nil
                && other.files?.keys.contains { $0.hasPrefix("\(root)/".exact) } != true
        }
    }

    var verdict: ChartVerdict {
        get async {
            guard let old = before.files, let new = after.files else {
                return ChartVerdict(isSame: false, differences: [endless])
            }
            let keys = Set(old.keys).union(new.keys).filter { key in
                guard let left = old[key], let right = new[key] else { return true }
                return left.identity != right.identity || left.identity == nil
            }
            var found: [ChartDifference] = []
            var charts: Set<ExactText> = []
            for key in keys.sorted() {
                let isGone = new[key] == nil
                let side = isGone ? before : after
                let (root, rest) = side.place(of: key)
                let changed = Changed(key: key, side: side, other: isGone ? after : before, root: root, rest: rest)
                if changed.isOfNewChart {
                    if charts.insert(root).inserted { found.append(difference(.dependency, changed, of: root)) }
                } else {
                    found += await compare(changed)
                }
            }
            return ChartVerdict(isSame: keys.isEmpty, differences: found)
        }
    }

    /// A chart of which nobody can tell what is in it.
    private var endless: ChartDifference {
        let path = after.path(of: ChartSide.own.exact)
        return ChartDifference(reason: PlanReason(.template, path), root: path, dependency: nil)
    }

    private func compare(_ changed: Changed) async -> [ChartDifference] {
        let rest = changed.rest.text
        switch rest {
        // The comparison of values sees them.
        case "values.yaml", "values.schema.json": return []
        case "": return [difference(.dependency, changed, of: changed.key)]
        case "Chart.yaml": return await metadata(changed) + dependencies(changed)
        case "Chart.lock", "requirements.yaml", "requirements.lock": return await dependencies(changed)
        case ".helmignore": return [difference(.template, changed, of: changed.key)]
        default: break
        }
        let matters: Bool
        if changed.rest.hasPrefix("templates/") {
            matters = await isOtherTemplate(changed)
        } else if changed.rest.hasPrefix("crds/") {
            matters = true
        } else {
            matters = await templates.read(changed.rest, of: changed.root)
        }
        return matters ? [difference(.template, changed, of: changed.key)] : []
    }

    /// Whether a template renders to something else, as far as its text can tell. Notes are not rendered into objects.
    private func isOtherTemplate(_ changed: Changed) async -> Bool {
        let left = await before.bytes(changed.key).map(TemplateText.withoutComments)
        let right = await after.bytes(changed.key).map(TemplateText.withoutComments)
        guard changed.rest.hasSuffix("/NOTES.txt") else { return left != right }
        // Other templates may be defined in them.
        return left != right
            && [left, right].contains { String(decoding: $0 ?? [], as: UTF8.self).contains("define") }
    }

    /// What the Chart.yaml says of the chart itself, where a template may show it.
    private func metadata(_ changed: Changed) async -> [ChartDifference] {
        let trees = await (before.tree(changed.key), after.tree(changed.key))
        var found: [ChartDifference] = []
        for change in Value.changes(from: trees.0, to: trees.1) {
            guard case .key(let key)? = change.path.steps.first, key != "dependencies" else { continue }
            guard await templates.show(field: key, of: changed.root) else { continue }
            found.append(
                ChartDifference(
                    reason: PlanReason(
                        .chartMetadata, "\(path(changed)): \(change.path)", before: .init(change.before),
                        after: .init(change.after)),
                    root: changed.side.path(of: changed.root), dependency: nil))
        }
        return found
    }

    /// Other versions of the charts that a chart depends on, and other places that they come from.
    private func dependencies(_ changed: Changed) async -> [ChartDifference] {
        let old = Self.dependencies(await before.tree(changed.key))
        let new = Self.dependencies(await after.tree(changed.key))
        return Set(old.keys).union(new.keys).sorted().compactMap { key in
            let changes = Value.changes(from: old[key], to: new[key]).filter { change in
                guard case .key(let name)? = change.path.steps.first else { return true }
                return ["name", "version", "repository", "digest"].contains(name)
            }
            guard let change = changes.first(where: { $0.path.steps == [.key("version")] }) ?? changes.first else {
                return nil
            }
            return ChartDifference(
                reason: PlanReason(
                    .dependency, "\(path(changed)): \(key.text)", before: .init(change.before),
                    after: .init(change.after)),
                root: changed.side.path(of: changed.root), dependency: key.text)
        }
    }

    private static func dependencies(_ tree: Value?) -> [ExactText: Value] {
        let listed = (tree?["dependencies"]?.list ?? []).compactMap { entry -> (ExactText, Value)? in
            (entry["alias"]?.string ?? entry["name"]?.string).map { ($0.exact, entry) }
        }
        return Dictionary(listed) { first, _ in first }
    }

    private func path(_ changed: Changed) -> String { changed.side.files?[changed.key]?.path ?? changed.key.text }

    /// A difference of a whole file, or of a chart by its folder.
    private func difference(_ kind: PlanReason.Kind, _ changed: Changed, of key: ExactText) -> ChartDifference {
        func side(_ chart: ChartSide) -> PlanReason.Side {
            let file = chart.files?[key]?.path
            return .init(nil, at: file.map { SourceLocation(file: $0) })
        }
        let subject = changed.side.files?[key]?.path ?? changed.side.path(of: key)
        return ChartDifference(
            reason: PlanReason(kind, subject, before: side(before), after: side(after)),
            root: changed.side.path(of: changed.root), dependency: nil)
    }
}
