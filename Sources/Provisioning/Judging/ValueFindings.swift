import FleetModel
import Releases
import Texts

/// Says of values that are gone what each was, where the source says it, and what to do.
struct ValueFindings {
    /// What is said once for all releases that lose the same.
    private struct Key: Hashable {
        let path: ExactText
        let place: SourceLocation
        let isGone: Bool
    }

    private struct Seen {
        var losses: [(release: String, loss: LostValues.Loss)] = []
        var isRefused = false

        /// The release that is named as an example, with what it lost.
        var example: (release: String, loss: LostValues.Loss, now: String) {
            let first = losses.min { $0.release.exact < $1.release.exact } ?? losses[0]
            return (first.release, first.loss, first.loss.value.map(ValueText.short) ?? "")
        }

        /// What all of them have; nil where they differ, or have nothing.
        func text(_ value: (LostValues.Loss) -> Value?) -> String? {
            let texts = Set(losses.map { value($0.loss).map(ValueText.short)?.exact })
            return texts.count == 1 ? texts.first??.text : nil
        }
    }

    private var seen: [Key: Seen] = [:]
    private let replaced: [String]
    private let comments: [KeyTranslation.Step]

    /// - Parameter plan: the files of the new fleet. Keys that are comments in it are listed as such.
    init(_ plan: ImportPlan) {
        replaced = plan.replacedCharts
        comments = plan.steps.filter { if case .refused = $0.kind { true } else { false } }
    }

    private func isComment(_ loss: LostValues.Loss) -> Bool {
        comments.contains { step in
            let path = loss.path.description.exact
            return step.place.file.exact == loss.place.file.exact
                && (path == step.path.exact || path.hasPrefix("\(step.path).".exact))
        }
    }

    /// - Parameters:
    ///   - pair: a release of both fleets.
    ///   - fleet: the new one, whose schemas say what its charts take.
    mutating func add(_ pair: ReleasePair, in fleet: OpenFleet) {
        let losses = LostValues(pair.old, pair.new, replacing: replaced).losses.filter { !isComment($0) }
        let refused = Self.refused(losses, pair.new, in: fleet)
        for (index, loss) in losses.enumerated() {
            let path = pair.short(loss.path).description
            let key = Key(path: path.exact, place: loss.place, isGone: loss.value == nil)
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
        let was = seen.text { $0.was }.map { isComputed ? "computed as \($0)" : $0 }
        let now = seen.text { $0.value }
        let example = seen.example
        var message = "\(path.printable) was \(was ?? "other for each, such as \(ValueText.short(example.loss.was))")"
        message += first.value == nil ? ", and nothing says it now" : ", and is \(now ?? example.now) now"
        if was == nil || first.value != nil && now == nil { message += " (\(example.release))" }
        if let value = first.value, first.was.list != nil, value.list != nil,
            let difference = ValueText.firstDifference(first.was, value)
        {
            message += ": \(difference)"
        }
        return Finding(
            severity(first, isComputed: isComputed), rule: first.value == nil ? "import/value" : "import/default",
            first.reason.map { "\(message): \($0)" } ?? message,
            advice: advice(first, isRefused: seen.isRefused, isComputed: isComputed), at: first.place)
    }

    private func severity(_ loss: LostValues.Loss, isComputed: Bool) -> Finding.Severity {
        if loss.reason != nil { return .note }
        let isSwitchedOff = loss.was.bool == true && loss.value?.bool == false
        return loss.value == nil || isComputed || isSwitchedOff ? .warning : .note
    }

    private func advice(_ loss: LostValues.Loss, isRefused: Bool, isComputed: Bool) -> String? {
        if loss.reason != nil { return nil }
        if loss.path.steps.contains(.key("extraConfig")) {
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
