import OrderedCollections
import Texts

/// A map of values as Helm holds it while a chart imports from the charts below it: two places can hold the same one, and what
/// is written at one of them is there at the other, too.
///
/// So of two imports that meet, the second is also written into the values of the chart that the first came from. That is a
/// fault of Helm, but it is what templates see. Source: `processImportValues` and `MergeTables` of Helm 4.1.
final class HelmTable {
    private enum Node {
        case table(HelmTable)
        /// Anything but a map.
        case other(Value)

        var isNull: Bool {
            if case .other(let value) = self { value.isNull } else { false }
        }
    }

    private var entries: OrderedDictionary<ExactText, (keyLocation: SourceLocation, node: Node)> = [:]
    private let location: SourceLocation

    init(_ map: ValueMap, at location: SourceLocation) {
        self.location = location
        for key in map.keys {
            guard let entry = map.entry(key) else { continue }
            let node =
                entry.value.map.map { Node.table(HelmTable($0, at: entry.value.location)) } ?? .other(entry.value)
            entries[key] = (entry.keyLocation, node)
        }
    }

    /// What it holds now.
    var map: ValueMap {
        var map = ValueMap()
        for (key, entry) in entries {
            switch entry.node {
            case .table(let table):
                map.set(key, to: Value(.map(table.map), at: table.location), keyLocation: entry.keyLocation)
            case .other(let value): map.set(key, to: value, keyLocation: entry.keyLocation)
            }
        }
        return map
    }

    /// The table at the end of a path; nil without one.
    func table(at path: [String]) -> HelmTable? {
        var table = self
        for key in path {
            guard case .table(let next)? = table.entries[key.exact]?.node else { return nil }
            table = next
        }
        return table
    }

    /// The same table as the content of a path in otherwise empty ones. An empty one is copied, as Helm does.
    func nested(under path: [String]) -> HelmTable {
        let inner = entries.isEmpty ? HelmTable(ValueMap(), at: location) : self
        return path.reversed().reduce(inner) { table, key in
            let outer = HelmTable(ValueMap(), at: location)
            outer.entries[key.exact] = (location, .table(table))
            return outer
        }
    }

    /// Takes over what another table has and this one has not. A null of this one goes into the other, too.
    func merge(_ other: HelmTable) {
        guard other !== self else { return }
        for (key, entry) in entries where entry.node.isNull { other.entries[key] = entry }
        for (key, entry) in other.entries {
            guard let own = entries[key] else {
                entries[key] = entry
                continue
            }
            if case .table(let mine) = own.node, case .table(let theirs) = entry.node { mine.merge(theirs) }
        }
    }
}
