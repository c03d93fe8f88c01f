import FleetModel
import Releases
import Texts

/// Objects that a release had on the source's charts, and does not have, or not as they were, on the new ones.
struct LostObjects {
    /// Fields that say how an object came to be, not what it does.
    private static let ofRelease = ["helm.sh/chart", "app.kubernetes.io/managed-by", "heritage"]
    private static let most = 6

    private let release: Release
    private let source: any FleetSource
    private let alerts: LostAlerts
    /// Names of charts that one of the two sides was rendered without.
    private let unknown: [String]

    /// - Parameters:
    ///   - release: the release as it was.
    ///   - source: the fleet as it was.
    ///   - unknown: names of charts that one of the two sides was rendered without.
    ///   - alerts: says what is lost of the ways of alerts.
    init(of release: Release, in source: any FleetSource, unknown: [String], alerts: LostAlerts) {
        self.release = release
        self.source = source
        self.unknown = unknown
        self.alerts = alerts
    }

    /// - Parameters:
    ///   - old: what the release had.
    ///   - new: what it has.
    /// - Returns: what is lost.
    func findings(_ old: [ObjectSheet], _ new: [ObjectSheet]) -> [Finding] {
        let kept = Dictionary(new.map { ($0.identity, $0) }) { first, _ in first }
        let known = Set(old.map(\.identity))
        let added = new.filter { !known.contains($0.identity) }
        return old.filter(isJudged).compactMap { sheet in
            guard let now = kept[sheet.identity] else { return gone(sheet, added: added) }
            return changed(sheet, now)
        }
    }

    /// The objects of the source's own templates, where nothing is known of the new ones.
    func unjudged(_ old: [ObjectSheet]) -> [Finding] {
        Dictionary(grouping: old.filter(isOfFleet), by: place).sorted { $0.key < $1.key }.map { place, sheets in
            let names = sheets.map(\.identity.description.printable).joined(separator: ", ")
            return Finding(
                .warning, rule: ObjectComparison.rule, "not compared, as the new charts cannot be rendered: \(names)",
                at: place)
        }
    }

    private func isJudged(_ sheet: ObjectSheet) -> Bool {
        let names = FleetPath.names(in: sheet.template)
        return !names.indices.dropFirst().contains { index in
            names[index - 1] == "charts" && unknown.contains { $0.exact == names[index].exact }
        }
    }

    private func gone(_ sheet: ObjectSheet, added: [ObjectSheet]) -> Finding {
        let place = place(of: sheet)
        let name = sheet.identity.description.printable
        if routesAlerts(sheet) {
            return alerts.finding("\(name) routes alerts, and the new charts do not make it", of: release, at: place)
        }
        let others = added.filter { $0.identity.kind.exact == sheet.identity.kind.exact }
            .map(\.identity.description.printable)
        let more = others.count > Self.most ? " and \(others.count - Self.most) more" : ""
        let hint =
            others.isEmpty
            ? "" : "; of this kind, the new ones alone make \(others.prefix(Self.most).joined(separator: ", "))\(more)"
        return Finding(
            .warning, rule: "import/object", "the new charts do not make \(name)\(hint)",
            advice: "docs/charts/differences.md says what has another name; else make it in a chart of your own",
            at: place)
    }

    /// Objects of other charts differ by their values, which are said where they stand.
    private func changed(_ sheet: ObjectSheet, _ now: ObjectSheet) -> Finding? {
        guard FleetPath.names(in: sheet.template).filter({ $0 == "charts" }).isEmpty || isOfFleet(sheet) else {
            return nil
        }
        let values = Dictionary(now.fields.map { ($0.path.exact, $0) }) { first, _ in first }
        let lost = sheet.fields.filter { field in
            guard [.plain, .hidden].contains(field.kind), !Self.ofRelease.contains(where: field.path.contains) else {
                return false
            }
            guard let other = values[field.path.exact] else { return true }
            return other.shown.exact != field.shown.exact || other.seal.exact != field.seal.exact
        }
        guard !lost.isEmpty else { return nil }
        let paths = lost.map { field in
            let value = field.kind == .hidden ? Secret.mask : String(field.shown.printable.prefix(60))
            return "\(field.path.printable) (\(value))"
        }
        let more = paths.count > Self.most ? " and \(paths.count - Self.most) more" : ""
        return Finding(
            .note, rule: "import/object-field",
            "\(sheet.identity.description.printable) had other values before: "
                + "\(paths.prefix(Self.most).joined(separator: ", "))\(more)", at: place(of: sheet))
    }

    /// Whether an object says where alerts go: one of the Prometheus operator, or a file of Alertmanager.
    private func routesAlerts(_ sheet: ObjectSheet) -> Bool {
        if sheet.identity.kind == "AlertmanagerConfig" { return true }
        return ["ConfigMap", "Secret"].contains(sheet.identity.kind)
            && sheet.fields.contains { field in
                ["alertmanager.yml", "alertmanager.yaml"].contains(where: field.path.contains)
            }
    }

    private func isOfFleet(_ sheet: ObjectSheet) -> Bool { source.kind(place(of: sheet).file) == .file }

    /// The template in the source; charts of the fleet are found also where they are below others.
    private func place(of sheet: ObjectSheet) -> SourceLocation {
        var names = FleetPath.names(in: sheet.template)
        // The first is the name of the chart, which is most often that of its folder.
        if !names.isEmpty { names[0] = release.chart.value }
        let whole = ([Charts.folder] + names).joined(separator: "/")
        let starts = names.indices.filter { $0 > 0 && names[$0 - 1] == "charts" }
        let others = starts.map { ([Charts.folder] + names[$0...]).joined(separator: "/") }
        let file = ([whole] + others).first { source.kind($0) == .file } ?? whole
        return SourceLocation(file: file)
    }
}
