import Texts

/// The way to one value in a tree: keys of maps and numbers of list items, such as `hub.config["a.b"].list[0]`.
package struct ValuePath: Sendable, Equatable, CustomStringConvertible {
    package enum Step: Sendable, Equatable {
        case key(String)
        case index(Int)

        package static func == (left: Step, right: Step) -> Bool {
            switch (left, right) {
            case (.key(let left), .key(let right)): left.exact == right.exact
            case (.index(let left), .index(let right)): left == right
            default: false
            }
        }
    }

    package let steps: [Step]

    package init(_ steps: [Step]) {
        self.steps = steps
    }

    /// Reads the written form: keys separated by dots, keys with dots in `["…"]`, items in `[0]`.
    /// - Returns: nil when the text is no path.
    package init?(_ text: String) {
        var steps: [Step] = []
        // Scalars: a key may begin with a letter that joins the dot before it into one character.
        var rest = Substring(text).unicodeScalars
        while !rest.isEmpty {
            guard let step = Self.nextStep(&rest) else { return nil }
            steps.append(step)
            if rest.first == "." {
                rest = rest.dropFirst()
                guard !rest.isEmpty else { return nil }
            }
        }
        guard !steps.isEmpty else { return nil }
        self.steps = steps
    }

    /// Takes the first step from a text; nil when there is none.
    private static func nextStep(_ rest: inout Substring.UnicodeScalarView) -> Step? {
        if rest.starts(with: "[\"".unicodeScalars) {
            let inner = rest.dropFirst(2)
            let end = inner.indices.first { inner[$0...].starts(with: "\"]".unicodeScalars) }
            guard let end else { return nil }
            rest = inner[end...].dropFirst(2)
            return .key(String(inner[..<end]))
        }
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]"), let index = Int(String(rest[..<end].dropFirst())), index >= 0
            else {
                return nil
            }
            rest = rest[end...].dropFirst()
            return .index(index)
        }
        let key = rest.prefix { $0 != "." && $0 != "[" }
        guard !key.isEmpty else { return nil }
        rest = rest[key.endIndex...]
        return .key(String(key))
    }

    package func appending(_ step: Step) -> ValuePath { ValuePath(steps + [step]) }

    package var description: String {
        var text = ""
        for step in steps {
            switch step {
            case .index(let index): text += "[\(index)]"
            case .key(let key)
            where key.isEmpty || key.unicodeScalars.contains { ".[]\" ".unicodeScalars.contains($0) }:
                text += "[\"\(key)\"]"
            case .key(let key): text += text.isEmpty ? key : ".\(key)"
            }
        }
        return text
    }
}

extension Value {
    /// The value at the end of a path, or nil where the path leaves the tree.
    package subscript(path: ValuePath) -> Value? {
        path.steps.reduce(self) { value, step in
            switch step {
            case .key(let key): return value?.map?[key]
            case .index(let index):
                guard let list = value?.list, list.indices.contains(index) else { return nil }
                return list[index]
            }
        }
    }

    /// Every leaf below this value with its path: scalars, empty maps and empty lists; whole lists unless `intoLists`.
    package func leaves(
        below path: ValuePath = ValuePath([]), intoLists: Bool = true
    ) -> [(path: ValuePath, value: Value)] {
        switch content {
        case .map(let map) where !map.isEmpty:
            return map.flatMap { key, value in value.leaves(below: path.appending(.key(key)), intoLists: intoLists) }
        case .list(let list) where !list.isEmpty && intoLists:
            return list.enumerated().flatMap { index, value in value.leaves(below: path.appending(.index(index))) }
        default: return [(path, self)]
        }
    }
}
