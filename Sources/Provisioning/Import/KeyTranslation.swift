import FleetModel

/// A values file with the keys of Hubfleet's charts in place of another system's. All else stays as it is, comments too.
package struct KeyTranslation: Sendable, Equatable {
    /// One key that was changed, or that a person must change.
    package struct Step: Sendable, Equatable {
        package let path: String
        package let kind: KeyChange.Kind
        package let place: SourceLocation
        /// False where it cannot be done in the text.
        package let isDone: Bool

        package init(path: String, kind: KeyChange.Kind, place: SourceLocation, isDone: Bool) {
            self.path = path
            self.kind = kind
            self.place = place
            self.isDone = isDone
        }
    }

    package let text: String
    package let steps: [Step]

    /// Translates a values file.
    ///
    /// - Parameters:
    ///   - text: the file as it is.
    ///   - file: its path in places.
    ///   - changes: what to look for, at the top and below `basehub`.
    ///   - canChange: false for an encrypted file, whose keys are sealed as well.
    package init(_ text: String, file: String, changes: [KeyChange], canChange: Bool = true) {
        guard let root = YAMLReader.read(text, file: file).root else {
            self.text = text
            steps = []
            return
        }
        var work = Work(root: root, text: text, canChange: canChange)
        for prefix in [[], ["basehub"]] {
            for change in changes { work.apply(change, at: prefix + change.path) }
        }
        work.dropLines()
        self.text = work.lines.joined(separator: "\n")
        steps = work.steps
    }

    /// The text as it changes.
    private struct Work {
        private let root: Value
        private let canChange: Bool
        private(set) var lines: [String]
        private(set) var steps: [Step] = []
        /// Keys to take out, with the number of their step.
        private var dropped: [(path: [String], index: Int)] = []

        init(root: Value, text: String, canChange: Bool) {
            self.root = root
            self.canChange = canChange
            lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }

        /// Makes a step of a change, when its key is there.
        mutating func apply(_ change: KeyChange, at path: [String]) {
            guard let place = root.keyLocation(path) else { return }
            var isDone = false
            switch change.kind {
            case .rename(let name) where canChange:
                isDone = KeyTranslation.rename(path[path.count - 1], to: name, at: place, in: &lines)
            case .drop where canChange: dropped.append((path, steps.count))
            default: break
            }
            steps.append(Step(path: path.joined(separator: "."), kind: change.kind, place: place, isDone: isDone))
        }

        /// Takes keys out, from the end, so that the places of the others stay true.
        mutating func dropLines() {
            for (path, index) in dropped.sorted(by: { steps[$0.index].place > steps[$1.index].place }) {
                let isDone = KeyTranslation.drop(path, from: root, in: &lines)
                let step = steps[index]
                steps[index] = Step(path: step.path, kind: step.kind, place: step.place, isDone: isDone)
            }
        }
    }

    /// Replaces the key at a place, quoted or not.
    private static func rename(
        _ key: String, to name: String, at place: SourceLocation, in lines: inout [String]
    ) -> Bool {
        var line = Array(lines[place.line - 1])
        let start = place.column - 1
        for spelled in [key, "\"\(key)\"", "'\(key)'"] where line.dropFirst(start).starts(with: spelled) {
            line.replaceSubrange(start..<(start + spelled.count), with: name)
            lines[place.line - 1] = String(line)
            return true
        }
        return false
    }

    /// Takes the lines of a key out, together with those of parents that hold nothing else: an empty parent would be
    /// null, which takes away the chart's defaults.
    private static func drop(_ path: [String], from root: Value, in lines: inout [String]) -> Bool {
        var path = path
        while path.count > 1, root[path: Array(path.dropLast())]?.map?.count == 1 { path.removeLast() }
        guard let place = root.keyLocation(path) else { return false }
        let first = place.line - 1
        let indent = place.column - 1
        // In a flow mapping the key is not the first of its line.
        guard lines[first].prefix(indent).allSatisfy({ $0 == " " }) else {
            return FlowKey.remove(at: indent, from: &lines[first]) != nil
        }
        lines.removeSubrange(first..<end(ofKeyIn: first, indent: indent, of: lines))
        return true
    }

    /// The line behind those of a key and its value.
    ///
    /// - Parameters:
    ///   - first: the line of the key, from 0.
    ///   - indent: the spaces before it.
    ///   - lines: the file.
    /// - Returns: its number, from 0; that of the end of the file when the key is the last one.
    static func end(ofKeyIn first: Int, indent: Int, of lines: [String]) -> Int {
        var end = first + 1
        while end < lines.count {
            let content = lines[end].drop { $0 == " " }
            let isDeeper = lines[end].count - content.count > indent
            let isItem = content.hasPrefix("- ") && lines[end].count - content.count == indent
            guard content.isEmpty || isDeeper || isItem else { break }
            end += 1
        }
        // Empty lines after it belong to what follows.
        while end > first + 1, lines[end - 1].allSatisfy({ $0 == " " }) { end -= 1 }
        return end
    }
}

extension Value {
    /// The place of the last key of a path.
    fileprivate func keyLocation(_ path: [String]) -> SourceLocation? {
        guard let last = path.last else { return nil }
        return self[path: Array(path.dropLast())]?.map?.entry(last)?.keyLocation
    }
}
