import FleetModel
import Releases
import Texts

/// Says of values that are gone what each was, where the source says it, and what to do.
struct ValueFindings {
    /// What is said once for all releases that lose the same.
    private struct Key: Hashable {
        let path: ExactText
        let place: SourceLocation
        let value: ExactText?
    }

    private struct Seen {
        var losses: [(release: String, loss: LostValues.Loss)] = []
        var isRefused = false
        var isOfSubchart = false
    }

    private var seen: [Key: Seen] = [:]
    private let replaced: [String]

    init(replacing replaced: [String]) {
        self.replaced = replaced
    }

    /// - Parameters:
    ///   - pair: a release of both fleets.
    ///   - fleet: the new one, whose schemas say what its charts take.
    mutating func add(_ pair: ReleasePair, in fleet: OpenFleet) {
        let losses = LostValues(pair, replacing: replaced).losses
        let refused = Self.refused(losses, pair.new, in: fleet)
        for (index, loss) in losses.enumerated() {
            let path = pair.short(loss.path).description
            let key = Key(path: path.exact, place: loss.place, value: loss.value.map { ValueText.short($0).exact })
            seen[key, default: Seen()].losses.append((pair.id, loss))
            if refused.contains(index) { seen[key]?.isRefused = true }
        }
    }

    /// The losses that the new charts would not take where they stood, by their numbers.
    private static func refused(_ losses: [LostValues.Loss], _ new: EffectiveValues, in fleet: OpenFleet) -> Set<Int> {
        let gone = losses.enumerated().filter { $0.element.value == nil }
        guard !gone.isEmpty else { return [] }
        let file = "lost"
        var probe = Value(.map(ValueMap()), at: SourceLocation(file: file))
        for (index, loss) in gone {
            let place = SourceLocation(file: file, line: index + 1)
            var value = loss.was.relocated(to: place)
            for step in loss.path.steps.reversed() {
                if case .key(let key) = step { value = value.nested(under: key) }
            }
            probe = Value.overlay(probe, with: value)
        }
        let values = EffectiveValues(
            chart: new.declaredChart, given: new.given + [Layer(kind: .file, file: file, values: probe)])
        let places = fleet.schemaFindings(values).filter { $0.severity == .error && $0.location.file == file }
        return Set(places.map { $0.location.line - 1 })
    }

    var findings: ImportFindings {
        var findings = ImportFindings()
        for (key, seen) in seen {
            guard let first = seen.losses.first?.loss else { continue }
            findings.add(finding(key.path.text, seen, first), seen.losses.map(\.release))
        }
        return findings
    }

    private func finding(_ path: String, _ seen: Seen, _ first: LostValues.Loss) -> Finding {
        let isComputed = LayerName.isJsonnet(first.place.file)
        let was = Set(seen.losses.map { ValueText.short($0.loss.was).exact }).sorted()
        let isMany = was.count > 1
        let example = isMany ? seen.losses.min { $0.release.exact < $1.release.exact } : nil
        let said =
            example.map { "computed for each, such as \(ValueText.short($0.loss.was)) for \($0.release)" }
            ?? (isComputed ? "computed as \(was[0].text)" : was[0].text)
        let message: String
        if let value = first.value {
            message = "\(path.printable) was \(said), and is \(ValueText.short(value)) now"
        } else {
            message = "\(path.printable) was \(said), and nothing says it now"
        }
        return Finding(
            severity(first, isComputed: isComputed), rule: first.value == nil ? "import/value" : "import/default",
            first.reason.map { "\(message): \($0)" } ?? message,
            advice: advice(path, first, isRefused: seen.isRefused, isComputed: isComputed), at: first.place)
    }

    private func severity(_ loss: LostValues.Loss, isComputed: Bool) -> Finding.Severity {
        if loss.reason != nil { return .note }
        let isSwitchedOff = loss.was.bool == true && loss.value?.bool == false
        return loss.value == nil || isComputed || isSwitchedOff ? .warning : .note
    }

    private func advice(_ path: String, _ loss: LostValues.Loss, isRefused: Bool, isComputed: Bool) -> String? {
        if loss.reason != nil { return nil }
        if path.exact.hasPrefix("jupyterhub.hub.extraConfig.".exact) {
            return "what of this Python the new chart does in files/basehub is in docs/charts/differences.md; put the "
                + "rest into hub.extraConfig of a values file"
        }
        if isRefused {
            return "the new chart has no such key: do it in a chart of your own where it is needed, or go without"
        }
        if isComputed { return "write it into the values file of each release that needs it" }
        return "write it into a values file of the fleet where it is needed"
    }
}
