import FleetModel
import Releases
import Texts

/// Values that the source's charts set or computed, and that a release does not have any more.
struct LostValues {
    /// A value, or a map of them, that is not there or is another one.
    struct Loss: Sendable {
        let path: ValuePath
        /// Where the source says it.
        let place: SourceLocation
        let was: Value
        /// Nil where nothing says it.
        let value: Value?
        /// Why it is dropped on purpose; nil where it is not.
        let reason: String?
    }

    private(set) var losses: [Loss] = []
    private let replaced: [ExactText]

    /// - Parameters:
    ///   - old: what the release ran with.
    ///   - new: what it runs with.
    ///   - replaced: the charts that others take the place of.
    init(_ old: EffectiveValues, _ new: EffectiveValues, replacing replaced: [String]) {
        self.replaced = replaced.map { "\(Charts.folder)/\($0)/".exact }
        compare(old.merged, new.merged, at: [], now: [])
    }

    private mutating func compare(_ old: Value, _ new: Value?, at path: [String], now: [String]) {
        guard let map = old.map, !map.isEmpty, new == nil || new?.map != nil else {
            return leaf(old, new, at: path)
        }
        if new == nil, !path.isEmpty, let file = old.onlyFile, isOfChart(file) {
            // One value alone is named by its own path.
            if map.count == 1, let (key, value) = map.first(where: { _ in true }) {
                return compare(value, nil, at: path + [key], now: now)
            }
            return add(old, nil, at: path)
        }
        for (key, value) in map {
            let inside = path + [key]
            switch KeyChange.change(at: inside)?.kind {
            case .rename(let name): compare(value, new?[name], at: inside, now: now + [name])
            // The source's own file says it, and the step is listed there.
            case .drop(let reason): if isOfChart(value.location.file) { add(value, nil, at: inside, because: reason) }
            case .byHand: break
            case .refused, nil: compare(value, new?[key], at: inside, now: now + [key])
            }
        }
    }

    private mutating func leaf(_ old: Value, _ new: Value?, at path: [String]) {
        if let new, old.isSame(as: new) { return }
        // Nothing, and an empty map that nothing came into, say the same; other charts than the source's say it for all.
        if old.ifSet == nil, new == nil || !isOfChart(old.location.file) { return }
        add(old, new, at: path)
    }

    private mutating func add(_ old: Value, _ new: Value?, at path: [String], because reason: String? = nil) {
        losses.append(
            Loss(
                path: ValuePath(path.map(ValuePath.Step.key)), place: old.firstPlace, was: old, value: new,
                reason: reason))
    }

    private func isOfChart(_ file: String) -> Bool { replaced.contains { file.exact.hasPrefix($0) } }
}

extension KeyChange {
    /// The change of the key at the end of a path of the source.
    static func change(at path: [String]) -> KeyChange? {
        basehub.first { change in
            path.elementsEqual(change.path) { $0.exact == $1.exact }
                || path.elementsEqual(["basehub"] + change.path) { $0.exact == $1.exact }
        }
    }
}

extension Value {
    /// Whether Helm would make the same of both. A secret is the same as any: its file was copied as it is.
    fileprivate func isSame(as other: Value) -> Bool {
        switch (content, other.content) {
        case (.secret, .secret): return true
        case (.list(let old), .list(let new)):
            return old.count == new.count && zip(old, new).allSatisfy { $0.isSame(as: $1) }
        case (.map(let old), .map(let new)):
            return old.count == new.count && old.allSatisfy { key, value in new[key].map(value.isSame) ?? false }
        default: return content == other.content
        }
    }

    /// The file that all leaves come from; nil when there are several.
    fileprivate var onlyFile: String? {
        let files = Set(leaves(intoLists: false).map(\.value.location.file.exact))
        return files.count == 1 ? files.first?.text : nil
    }

    /// The place of the first key of a map, or of anything else itself.
    fileprivate var firstPlace: SourceLocation {
        guard let map, !map.isEmpty else { return location }
        return pairs.map(\.place).min() ?? location
    }
}
