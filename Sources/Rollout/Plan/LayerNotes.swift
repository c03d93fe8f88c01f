import FleetModel
import Releases
import Texts

/// Says why files that differ change nothing of a release.
struct LayerNotes {
    /// More of them say no more.
    private static let most = 3

    private let before: EffectiveValues
    private let after: EffectiveValues
    private let inputs: (ReleaseInputs, ReleaseInputs)

    init(before: EffectiveValues, after: EffectiveValues, inputs: (ReleaseInputs, ReleaseInputs)) {
        self.before = before
        self.after = after
        self.inputs = inputs
    }

    /// Notes of what files set otherwise now without an effect, and of files whose text alone differs.
    var notes: [UntouchedRelease.Note] {
        let values = overridden
        let known = Set(values.map(\.file.exact))
        let texts = inputs.1.files.filter { file in
            !known.contains(file.path.exact)
                && inputs.0.files.contains { $0.path.exact == file.path.exact && $0.identity != file.identity }
        }
        return values
            + texts.map {
                UntouchedRelease.Note(
                    file: $0.path, path: nil, at: SourceLocation(file: $0.path), overriddenAt: nil)
            }
    }

    private var overridden: [UntouchedRelease.Note] {
        let old = Dictionary(before.layers.map { ($0.file.exact, $0) }) { first, _ in first }
        return after.layers.flatMap { layer -> [UntouchedRelease.Note] in
            guard let earlier = old[layer.file.exact] else { return [] }
            let changes = Value.changes(from: earlier.values, to: layer.values)
            return changes.prefix(Self.most).map { change in
                let winner = after.merged[change.path]?.location
                let place = change.after?.location ?? change.before?.location ?? SourceLocation(file: layer.file)
                return UntouchedRelease.Note(
                    file: layer.file, path: change.path.description, at: place,
                    overriddenAt: winner?.file.exact == layer.file.exact ? nil : winner)
            }
        }
    }
}
