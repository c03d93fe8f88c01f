import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Releases
import Rollout
import Testing
import Texts

/// Random edits of values that are no secrets: each is named down to its key, and no secret comes with it. A share of them
/// runs with every change, all of them by `scripts/check-long edits`.
@Suite(.tags(.large), .timeLimit(.minutes(60)), .needs("helm"), .needs("helm3"))
struct EditTests {
    private static let edits = RandomRun.rounds(12)

    @Test(arguments: ["helm", "helm3"]) func eachIsNamedDownToItsKey(_ helm: String) async throws {
        var random = RandomRun.numbers(20_261_201)
        let probe = try await ProbeFleet(helm: helm)
        let tree = try #require(YAMLReader.read(ProbeFleet.values, file: "").root)
        let edits = ValueEdits(tree)
        for _ in 0..<Self.edits {
            let edit = edits.next(&random)
            try probe.folder.write([ProbeFleet.valuesFile: JSONWriter.text(edit.tree)])
            let differences = try await probe.diff()
            for release in ["earth/prod", "earth/staging"] {
                let objects = try #require(differences.first { $0.release.id == release }).objects
                let paths = objects.first { $0.identity.description == "Secret hub" }?.fields.map(\.path) ?? []
                let values = paths.filter { $0.hasPrefix("data[\"values.yaml\"]") }
                // Nothing else is named.
                let isNamed = !values.isEmpty && values.allSatisfy { $0.exact.hasPrefix(edit.path.exact) }
                guard isNamed else {
                    Issue.record("\(helm), \(edit.what) at \(edit.path): \(values)")
                    return
                }
            }
            #expect(Canaries.found(in: "\(differences)") == [], "\(edit.what) at \(edit.path)")
        }
        #expect(try Canaries.found(below: probe.cache.path) == [])
    }
}

/// Makes one change after the other to a tree, each to the first one.
struct ValueEdits {
    struct Edit {
        let tree: Value
        /// What the path of each field begins with that differs then.
        let path: String
        let what: String
    }

    private let tree: Value
    private let place = SourceLocation(file: "")

    init(_ tree: Value) {
        self.tree = tree
    }

    func next(_ random: inout SplitMix) -> Edit {
        // Texts that templates need as they are stay texts.
        let leaves = tree.leaves(intoLists: false)
        let leaf = leaves[Int.random(in: 0..<leaves.count, using: &random)]
        let path = "data[\"values.yaml\"]:" + step(leaf.path)
        switch leaf.value.content {
        case .list(let items):
            var items = items
            switch Int.random(in: 0..<3, using: &random) {
            case 0: items.remove(at: Int.random(in: 0..<items.count, using: &random))
            case 1: items.insert(item(like: items[0], &random), at: Int.random(in: 0...items.count, using: &random))
            default: items.swapAt(0, items.count - 1)
            }
            return Edit(tree: replacing(leaf.path, by: Value(.list(items), at: place)), path: path, what: "list")
        case .string(let text):
            let number = Int.random(in: 0..<1_000_000, using: &random)
            let other = [
                "\(text)\(number)", "\(number)\(text)", "v\(number)", "\u{e9}\(number)", "e\u{301}\(number)",
                "a: \(number)",
            ]
            let value = Value(.string(other[Int.random(in: 0..<other.count, using: &random)]), at: place)
            return Edit(tree: replacing(leaf.path, by: value), path: path, what: value.oneLine())
        default:
            let contents: [Value.Content] = [
                .integer(Int.random(in: 1_000..<9_999, using: &random)), .string("text"), .string("1"), .string("true"),
                .list([Value(.string("a"), at: place)]), .float(2.25),
            ]
            let value = Value(contents[Int.random(in: 0..<contents.count, using: &random)], at: place)
            return Edit(tree: replacing(leaf.path, by: value), path: path, what: value.oneLine())
        }
    }

    /// The path as the diff writes it, of keys alone.
    private func step(_ path: ValuePath) -> String {
        path.steps.reduce(into: "") { text, step in
            guard case .key(let key) = step else { return }
            text += key.contains(".") ? "[\"\(key)\"]" : text.isEmpty ? key : ".\(key)"
        }
    }

    private func item(like item: Value, _ random: inout SplitMix) -> Value {
        let name = "new\(Int.random(in: 0..<1_000_000, using: &random))"
        guard item.map != nil else { return Value(.string(name), at: place) }
        var map = ValueMap()
        map.set("slug", to: Value(.string(name), at: place), keyLocation: place)
        map.set("memory", to: Value(.string("2G"), at: place), keyLocation: place)
        return Value(.map(map), at: place)
    }

    private func replacing(_ path: ValuePath, by value: Value) -> Value {
        func replaced(_ tree: Value, _ steps: ArraySlice<ValuePath.Step>) -> Value {
            guard case .key(let key)? = steps.first, var map = tree.map, let below = map[key] else { return value }
            map.set(key, to: replaced(below, steps.dropFirst()), keyLocation: place)
            return Value(.map(map), at: place)
        }
        return replaced(tree, path.steps[...])
    }
}
