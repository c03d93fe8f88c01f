import FleetModel
import Texts

/// Finds the value that a field of a rendered object comes from: helm is given another value in its place, and the field has
/// to change.
///
/// What is found is kept for the other releases of the same chart, so that a fault of many hubs is looked for once.
actor ValueOrigins {
    private let renderer: ReleaseRenderer
    private var known: [Question: Task<ValuePath?, Never>] = [:]
    /// Renderings with marks in all maps of resources, by what they are renderings of.
    private var marked: [ContentDigest: Task<[KubernetesObject]?, Never>] = [:]

    init(_ renderer: ReleaseRenderer) { self.renderer = renderer }

    /// A release whose objects were looked at.
    struct Subject: Sendable {
        let request: ReleaseRenderer.Request
        let effective: EffectiveValues
        let objects: [KubernetesObject]
    }

    /// What is asked for, and what the answer depends on: not the names of hubs, but what could be meant.
    private struct Question: Hashable {
        let chart: ContentDigest
        let template: ExactText
        let kind: ExactText
        /// Which one of those that the template makes.
        let number: Int?
        let path: ExactText
        let candidates: [ExactText]
    }

    /// - Parameters:
    ///   - fault: what is wrong.
    ///   - subject: the release that it was found in.
    /// - Returns: the path of the value; nil when no value was found that changes the field.
    func path(of fault: ObjectFault, in subject: Subject) async -> ValuePath? {
        guard let object = fault.object else { return nil }
        switch fault.cause {
        case .release: return nil
        case .absence(let name): return await absent(name, fault, object, subject)
        case .value: return await written(fault, object, subject)
        case .unset(let keys):
            if let path = await unset(keys, fault, object, subject) { return path }
            return await written(fault, object, subject)
        case .reference(let kind, let name):
            if let path = await switchedOff(kind, name, fault, object, subject) { return path }
            return await written(fault, object, subject)
        }
    }

    // MARK: - What stands there

    private func written(_ fault: ObjectFault, _ object: KubernetesObject, _ subject: Subject) async -> ValuePath? {
        guard let field = object.body[fault.path] else { return nil }
        let words = Self.words(fault, object)
        let texts = field.map == nil && field.list == nil ? [field] : field.leaves().map(\.value)
        let candidates = texts.compactMap(\.scalarText).flatMap { text in
            ValueMatches.paths(of: text, words: words, in: subject.effective.merged)
        }
        return await first(of: candidates, fault, object, subject) { changed in
            // What only goes away, or makes room for another one, says nothing of the field.
            guard let twin = Self.twin(of: object, in: changed, subject.objects),
                Self.isSameItem(fault.path, object.body, twin.body)
            else { return false }
            return twin.body[fault.path]?.content != field.content
        }
    }

    /// The first of the candidates that makes a difference.
    private func first(
        of candidates: [ValuePath], _ fault: ObjectFault, _ object: KubernetesObject, _ subject: Subject,
        counts: @escaping @Sendable ([KubernetesObject]) -> Bool
    ) async -> ValuePath? {
        await answer(of: candidates, fault.path, object, subject) { [renderer] in
            for path in candidates {
                let changed = try? await renderer.objects(subject.request, with: .other(path), of: subject.effective)
                if let changed, counts(changed) { return path }
            }
            return nil
        }
    }

    /// What `look` finds, or found for another release that asks the same.
    private func answer(
        of candidates: [ValuePath], _ path: ValuePath, _ object: KubernetesObject, _ subject: Subject,
        look: @escaping @Sendable () async -> ValuePath?
    ) async -> ValuePath? {
        guard !candidates.isEmpty else { return nil }
        let question = Question(
            chart: subject.request.chart.digest, template: object.template.exact, kind: object.identity.kind.exact,
            number: Self.siblings(of: object, in: subject.objects).firstIndex { $0.identity == object.identity },
            path: path.description.exact, candidates: candidates.map(\.description.exact))
        if let known = known[question] { return await known.value }
        let task = Task { await look() }
        known[question] = task
        return await task.value
    }

    /// Whether the items of lists that a path leads through have the same names in two objects.
    private static func isSameItem(_ path: ValuePath, _ one: Value, _ other: Value) -> Bool {
        path.steps.indices.allSatisfy { index in
            guard case .index = path.steps[index] else { return true }
            let item = ValuePath(Array(path.steps[...index]))
            guard let first = one[item], let second = other[item] else { return false }
            // An item may be named by what is wrong.
            return item.steps.count == path.steps.count || path.steps.last == .key("name")
                || first["name"]?.content == second["name"]?.content
        }
    }

    /// The same object in another rendering: by its name, or, where that is another one, by its place among those of its
    /// template.
    private static func twin(
        of object: KubernetesObject, in changed: [KubernetesObject], _ objects: [KubernetesObject]
    ) -> KubernetesObject? {
        if let same = changed.first(where: { $0.identity == object.identity }) { return same }
        let own = siblings(of: object, in: objects)
        guard let index = own.firstIndex(where: { $0.identity == object.identity }) else { return nil }
        let others = siblings(of: object, in: changed)
        return others.count == own.count ? others[index] : nil
    }

    /// The objects of the same kind that come from the same template.
    private static func siblings(of object: KubernetesObject, in objects: [KubernetesObject]) -> [KubernetesObject] {
        objects.filter {
            $0.template.exact == object.template.exact && $0.identity.kind.exact == object.identity.kind.exact
        }
    }

    private static func words(_ fault: ObjectFault, _ object: KubernetesObject) -> Set<ExactText> {
        ValueMatches.words(of: fault.path).union(ValueMatches.words(of: object.identity.kind))
            .union(ValueMatches.words(of: object.identity.name)).union(ValueMatches.words(of: object.template))
            .subtracting(["spec", "templates", "yaml", "charts", "template"])
    }

    // MARK: - What does not

    /// Something that a map of resources may hold, and that tells where it came from.
    private static func mark(_ index: Int) -> Value {
        let place = SourceLocation(file: "")
        var amounts = ValueMap()
        amounts.set("memory", to: Value(.string("\(7_000 + index)Mi"), at: place), keyLocation: place)
        amounts.set("cpu", to: Value(.string("\(7_000 + index)m"), at: place), keyLocation: place)
        var map = ValueMap()
        for key in ["limits", "requests"] { map.set(key, to: Value(.map(amounts), at: place), keyLocation: place) }
        return Value(.map(map), at: place)
    }

    private func absent(
        _ name: String, _ fault: ObjectFault, _ object: KubernetesObject, _ subject: Subject
    ) async -> ValuePath? {
        let values = subject.effective
        // A null that took a default away is not among the merged values.
        let paths =
            ValueMatches.paths(toMapsNamed: name, in: values.merged)
            + values.given.flatMap { ValueMatches.paths(toMapsNamed: name, in: $0.values) }.filter {
                values.merged[$0] == nil
            }
        let end = fault.path.steps.lastIndex(of: .key(name)).map { ValuePath(Array(fault.path.steps[...$0])) }
        guard !paths.isEmpty, let end else { return nil }
        return await answer(of: paths, end, object, subject) { [self] in
            let field = await marked(paths, subject).flatMap { Self.twin(of: object, in: $0, subject.objects) }?.body[
                end]
            return paths.indices.first { field?["limits", "memory"]?.string == "\(7_000 + $0)Mi" }.map { paths[$0] }
        }
    }

    /// The empty value that would be a part of what stands there.
    private func unset(
        _ keys: [String], _ fault: ObjectFault, _ object: KubernetesObject, _ subject: Subject
    ) async -> ValuePath? {
        let paths = ValueMatches.paths(toEmpty: keys, in: subject.effective.merged)
        return await answer(of: paths, fault.path, object, subject) { [renderer] in
            let values = paths.enumerated().map {
                (path: $1, value: Value(.string("probe-\($0)-end"), at: SourceLocation(file: "")))
            }
            let changed = try? await renderer.objects(subject.request, with: .set(values), of: subject.effective)
            let field = changed.flatMap { Self.twin(of: object, in: $0, subject.objects) }?.body[fault.path]?.string
            return paths.indices.first { field?.exact.rest(behind: "probe-\($0)-end".exact) != nil }.map { paths[$0] }
        }
    }

    private func marked(_ paths: [ValuePath], _ subject: Subject) async -> [KubernetesObject]? {
        if let known = marked[subject.request.key] { return await known.value }
        let values = paths.enumerated().map { (path: $1, value: Self.mark($0)) }
        let task = Task { [renderer] in
            try? await renderer.objects(subject.request, with: .set(values), of: subject.effective)
        }
        marked[subject.request.key] = task
        return await task.value
    }

    /// The switch that brings an object that is missing.
    private func switchedOff(
        _ kind: String, _ name: String, _ fault: ObjectFault, _ object: KubernetesObject, _ subject: Subject
    ) async -> ValuePath? {
        let words = ValueMatches.words(of: kind).union(ValueMatches.words(of: name))
            .union(Self.words(fault, object))
        let candidates = ValueMatches.switchesOff(in: subject.effective.merged, words: words)
        return await first(of: candidates, fault, object, subject) { changed in
            changed.contains { $0.identity.kind.exact == kind.exact && $0.identity.name.exact == name.exact }
        }
    }
}
