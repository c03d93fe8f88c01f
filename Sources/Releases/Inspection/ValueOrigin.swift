import FleetModel
import Texts

/// Finds the value that a field of a rendered object comes from: helm is given another value in its place, and the field has
/// to change.
///
/// What is found is kept for the other releases of the same chart, so that a fault of many hubs is looked for once.
actor ValueOrigins {
    private let renderer: ReleaseRenderer
    private var known: [Question: ValuePath?] = [:]

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
        case .reference(let kind, let name):
            if let path = await written(fault, object, subject) { return path }
            return await switchedOff(kind, name, fault, object, subject)
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
            Self.twin(of: object, in: changed, subject.objects)?.body[fault.path]?.content != field.content
        }
    }

    /// The first of the candidates that makes a difference.
    private func first(
        of candidates: [ValuePath], _ fault: ObjectFault, _ object: KubernetesObject, _ subject: Subject,
        counts: @Sendable ([KubernetesObject]) -> Bool
    ) async -> ValuePath? {
        let question = Question(
            chart: subject.request.chart.digest, template: object.template.exact, kind: object.identity.kind.exact,
            path: fault.path.description.exact, candidates: candidates.map(\.description.exact))
        if let answer = known[question] { return answer }
        var found: ValuePath?
        for path in candidates {
            let changed = try? await renderer.objects(subject.request, with: .other(path), of: subject.effective)
            guard let changed, counts(changed) else { continue }
            found = path
            break
        }
        known[question] = .some(found)
        return found
    }

    /// The same object in another rendering: by its name, or, where that is another one, by its place among those of its
    /// template.
    private static func twin(
        of object: KubernetesObject, in changed: [KubernetesObject], _ objects: [KubernetesObject]
    ) -> KubernetesObject? {
        if let same = changed.first(where: { $0.identity == object.identity }) { return same }
        func siblings(_ objects: [KubernetesObject]) -> [KubernetesObject] {
            objects.filter {
                $0.template.exact == object.template.exact && $0.identity.kind.exact == object.identity.kind.exact
            }
        }
        guard let index = siblings(objects).firstIndex(where: { $0.identity == object.identity }) else { return nil }
        let others = siblings(changed)
        return others.indices.contains(index) ? others[index] : nil
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
        let paths = ValueMatches.paths(toMapsNamed: name, in: subject.effective.merged)
        let end = fault.path.steps.lastIndex(of: .key(name)).map { ValuePath(Array(fault.path.steps[...$0])) }
        guard !paths.isEmpty, let end else { return nil }
        let question = Question(
            chart: subject.request.chart.digest, template: object.template.exact, kind: object.identity.kind.exact,
            path: end.description.exact, candidates: paths.map(\.description.exact))
        if let answer = known[question] { return answer }
        let values = paths.enumerated().map { (path: $1, value: Self.mark($0)) }
        let changed = try? await renderer.objects(subject.request, with: .set(values), of: subject.effective)
        let field = changed.flatMap { Self.twin(of: object, in: $0, subject.objects) }?.body[end]
        let found = paths.indices.first { field?["limits", "memory"]?.string == "\(7_000 + $0)Mi" }.map { paths[$0] }
        known[question] = .some(found)
        return found
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
