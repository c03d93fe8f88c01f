import FleetModel
import Foundation
import Texts

/// A values file in which some keys are comments: nobody reads them, and whoever looks for them finds them. The numbers of
/// lines stay.
struct KeyComments {
    let text: String
    /// The places of the keys that are comments now; others are used elsewhere, or have no end that can be found.
    let done: Set<SourceLocation>

    /// - Parameters:
    ///   - text: the file as it is.
    ///   - file: its path in places.
    ///   - places: those of the keys.
    init(_ text: String, file: String, at places: Set<SourceLocation>) {
        let document = YAMLReader.read(text, file: file)
        guard let root = document.root else {
            (self.text, done) = (text, [])
            return
        }
        var keys = places
        // An empty parent would be null, which takes away the chart's defaults.
        while Self.close(&keys, in: root) {}
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        // From the end, so that the columns of others on a line stay true.
        let isWhole = Self.outermost(of: keys, in: root).sorted().reversed().allSatisfy { Self.comment($0, in: &lines) }
        let result = lines.joined(separator: "\n")
        let again = YAMLReader.read(result, file: file)
        let faults = [again, document].map { $0.findings.count { $0.severity == .error } }
        let isSound = faults[0] <= faults[1]
        let isDone = isWhole && isSound
        self.text = isDone ? result : text
        done = isDone ? places : []
    }

    /// Adds the key of a map all of whose keys go; whether there was one.
    private static func close(_ keys: inout Set<SourceLocation>, in value: Value) -> Bool {
        let pairs = value.pairs
        for (_, place, below) in pairs {
            let inside = below.pairs
            if !inside.isEmpty, !keys.contains(place), inside.allSatisfy({ keys.contains($0.place) }) {
                keys.insert(place)
                return true
            }
            if close(&keys, in: below) { return true }
        }
        return (value.list ?? []).contains { close(&keys, in: $0) }
    }

    /// The keys that lie in none of the others.
    private static func outermost(of keys: Set<SourceLocation>, in value: Value) -> [SourceLocation] {
        value.pairs.flatMap { _, place, below in keys.contains(place) ? [place] : outermost(of: keys, in: below) }
            + (value.list ?? []).flatMap { outermost(of: keys, in: $0) }
    }

    private static func comment(_ place: SourceLocation, in lines: inout [String]) -> Bool {
        let (first, indent) = (place.line - 1, place.column - 1)
        guard lines.indices.contains(first) else { return false }
        guard lines[first].prefix(indent).allSatisfy({ $0 == " " }) else {
            guard let taken = FlowKey.remove(at: indent, from: &lines[first]) else { return false }
            lines[first] += " # \(taken)"
            return true
        }
        for index in first..<KeyTranslation.end(ofKeyIn: first, indent: indent, of: lines)
        where !lines[index].allSatisfy({ $0 == " " }) {
            lines[index] = lines[index].prefix(indent) + "# " + lines[index].dropFirst(indent)
        }
        return true
    }
}

extension ImportPlan {
    /// Makes comments of the keys that the new charts refuse.
    ///
    /// - Parameter refusals: what is wrong with keys, each at its place.
    /// - Returns: the findings whose keys are comments now, and the paths of the files that changed.
    mutating func comment(_ refusals: [Finding]) -> (done: Set<Finding>, files: [String]) {
        var done: Set<Finding> = []
        var changed: [String] = []
        for index in files.indices {
            let path = files[index].path
            let own = refusals.filter { $0.location.file.exact == path.exact }
            guard !own.isEmpty, canComment(path), let text = String(bytes: files[index].bytes, encoding: .utf8) else {
                continue
            }
            let found = one(own, in: text, file: path)
            guard !found.done.isEmpty else { continue }
            files[index].bytes = Array(found.text.utf8)
            let said = Set(own.filter { found.done.contains($0.location) })
            for finding in said.sorted() {
                files[index].steps.append(
                    KeyTranslation.Step(
                        path: finding.key(in: text), kind: .refused(finding.message), place: finding.location,
                        isDone: true))
            }
            done.formUnion(said)
            changed.append(path)
        }
        return (done, changed)
    }

    private func canComment(_ path: String) -> Bool {
        path.exact.hasPrefix("config/") && [".yaml", ".yml"].contains { path.exact.hasSuffix($0.exact) }
            && !path.exact.hasSuffix("/cluster.yaml") && !LayerName.isEncrypted(path)
    }

    /// All keys together, else one by one: one that cannot go keeps no other.
    private func one(
        _ findings: [Finding], in text: String, file: String
    ) -> (text: String, done: Set<SourceLocation>) {
        let places = Set(findings.map(\.location))
        let all = KeyComments(text, file: file, at: places)
        guard all.done.isEmpty else { return (all.text, all.done) }
        var result: (text: String, done: Set<SourceLocation>) = (text, [])
        for place in places.sorted() {
            let one = KeyComments(result.text, file: file, at: [place])
            result = (one.text, result.done.union(one.done))
        }
        return result
    }
}

extension Finding {
    /// The path of the key that stands at its place.
    fileprivate func key(in text: String) -> String {
        guard let root = YAMLReader.read(text, file: location.file).root else { return "" }
        return self.path(in: root, ValuePath([]))?.description ?? ""
    }

    private func path(in value: Value, _ path: ValuePath) -> ValuePath? {
        for (key, place, below) in value.pairs {
            let inside = path.appending(.key(key))
            if place == location { return inside }
            if let found = self.path(in: below, inside) { return found }
        }
        for (index, item) in (value.list ?? []).enumerated() {
            if let found = self.path(in: item, path.appending(.index(index))) { return found }
        }
        return nil
    }
}
