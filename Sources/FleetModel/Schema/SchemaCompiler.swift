import Texts

/// Turns the documents of a schema into nodes that name each other, and gathers what is wrong with them.
///
/// Every schema below the root is read, also those that nothing refers to, so that all mistakes show. It works through a
/// list instead of calling itself, so that no document is too deep for it.
final class SchemaCompiler {
    private let registry: SchemaRegistry
    let checksFormats: Bool
    /// The index of the node of each place that is known, by its address.
    private var indices: [ExactText: Int] = [:]
    private var places: [SchemaPlace] = []
    private(set) var findings: [Finding] = []

    init(_ registry: SchemaRegistry, checksFormats: Bool) {
        self.registry = registry
        self.checksFormats = checksFormats
    }

    /// - Returns: the nodes; the first is the root.
    func compile() -> [SchemaNode] {
        checkDraft()
        _ = index(of: registry.root)
        var nodes: [SchemaNode] = []
        while nodes.count < places.count { nodes.append(node(at: places[nodes.count])) }
        reportLoops(nodes)
        return nodes
    }

    /// The index that the node of a place has, or will have.
    func index(of place: SchemaPlace) -> Int {
        let address = place.address.exact
        if let index = indices[address] { return index }
        places.append(place)
        indices[address] = places.count - 1
        return places.count - 1
    }

    private func node(at place: SchemaPlace) -> SchemaNode {
        switch place.value.content {
        case .bool(let answer): return SchemaNode(place, .always(answer))
        case .map(let map):
            guard let reference = map["$ref"] else { return SchemaNode(SchemaKeywords(place, map, self)) }
            SchemaKeywords(place, map, self).compileDefinitions()
            let target = target(of: reference, from: place)
            return target.map { SchemaNode(place, .reference(index(of: $0))) }
                ?? SchemaNode(place, .always(true), isBroken: true)
        default:
            report("a schema must be a map, true or false, not \(place.value.kind)", at: place.value.location)
            return SchemaNode(place, .always(true), isBroken: true)
        }
    }

    private func target(of reference: Value, from place: SchemaPlace) -> SchemaPlace? {
        guard let text = reference.string else {
            report("`$ref` must be text, not \(reference.kind)", at: reference.location)
            return nil
        }
        switch registry.resolve(text, from: place) {
        case .found(let target): return target
        case .noDocument(let address):
            report(
                "the schema \(address) is not at hand, so what stands here is not checked", severity: .warning,
                at: reference.location)
        case .noPlace(let suggestion):
            report(
                "`$ref` leads to \"\(text)\", which does not exist",
                advice: suggestion.map { "did you mean \"\($0)\"?" }, at: reference.location)
        }
        return nil
    }

    // MARK: - Findings

    func report(
        _ message: String, severity: Finding.Severity = .error, advice: String? = nil, at location: SourceLocation
    ) {
        findings.append(Finding(severity, rule: "schema/invalid", message, advice: advice, at: location))
    }

    /// Other drafts have other keywords; of those, only what draft-07 knows is checked.
    private func checkDraft() {
        guard let draft = registry.root.value["$schema"], let name = draft.string,
            !["draft-07", "draft-06"].contains(where: name.contains)
        else { return }
        findings.append(
            Finding(
                .note, rule: "schema/draft", "this schema is written for \"\(name)\", but is read as one of draft-07",
                at: draft.location))
    }

    /// A `$ref` that leads to itself through nothing but others asks for nothing. Each loop is reported once.
    private func reportLoops(_ nodes: [SchemaNode]) {
        var visits: [Int?] = Array(repeating: nil, count: nodes.count)
        for start in nodes.indices {
            var next = start
            while visits[next] == nil, case .reference(let further) = nodes[next].form {
                visits[next] = start
                next = further
            }
            if visits[next] == start {
                report("this `$ref` leads back to itself", at: nodes[next].place.location(of: "$ref"))
            }
        }
    }
}
