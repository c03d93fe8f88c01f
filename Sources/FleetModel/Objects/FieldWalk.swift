import Texts

/// One place of an object in each of its renderings.
struct FieldForms {
    let real: Value
    /// Nil where the second rendering has nothing here.
    let again: Value?
    /// Nil where other secrets leave nothing here.
    let varied: Value?

    /// The forms below one key.
    func below(_ key: ExactText, _ real: Value) -> FieldForms {
        FieldForms(real: real, again: again?.map?[key], varied: varied?.map?[key])
    }

    func item(_ index: Int, _ real: Value) -> FieldForms {
        func item(of value: Value?) -> Value? {
            guard let list = value?.list, list.indices.contains(index) else { return nil }
            return list[index]
        }
        return FieldForms(real: real, again: item(of: again), varied: item(of: varied))
    }

    func item(by key: MergeKey, _ real: Value) -> FieldForms {
        FieldForms(real: real, again: key.twin(of: real, in: again), varied: key.twin(of: real, in: varied))
    }

    func map(_ change: (Value) -> Value?) -> FieldForms? {
        change(real).map { FieldForms(real: $0, again: again.flatMap(change), varied: varied.flatMap(change)) }
    }
}

/// Goes through the renderings of an object and makes a field of each leaf.
struct FieldWalk {
    /// Trees in texts in trees in texts: nobody writes more of them.
    private static let maximumDepth = 4

    private let sealing: Renderings.Sealing
    private var fields: [ObjectField] = []

    static func fields(of forms: FieldForms, _ sealing: Renderings.Sealing) -> [ObjectField] {
        var walk = FieldWalk(sealing: sealing)
        walk.add(forms, path: "", name: "", depth: 0)
        return walk.fields
    }

    private init(sealing: Renderings.Sealing) {
        self.sealing = sealing
    }

    /// - Parameters:
    ///   - forms: what stands here.
    ///   - path: where that is.
    ///   - name: the last key that leads here.
    ///   - depth: how many texts stand around it.
    private mutating func add(_ forms: FieldForms, path: String, name: String, depth: Int) {
        switch forms.real.content {
        case .map(let map) where !map.isEmpty: add(map, forms, path: path, depth: depth)
        case .list(let list) where !list.isEmpty: add(list, forms, path: path, name: name, depth: depth)
        case .string where depth < Self.maximumDepth:
            if !addTree(forms, path: path, name: name, depth: depth) { addLeaf(forms, path: path) }
        default: addLeaf(forms, path: path)
        }
    }

    private mutating func add(_ map: ValueMap, _ forms: FieldForms, path: String, depth: Int) {
        // Keys that a path must not show, or that are others each time.
        var unnamed = 0
        for key in map.keys {
            guard let value = map[key] else { continue }
            var step = FieldPath.step(key.text, isFirst: path.isEmpty || path.utf8.last == UInt8(ascii: ":"))
            let isHidden = forms.varied?.map?[key] == nil && sealing.tells(key.text)
            let isRandom = forms.again?.map != nil && forms.again?.map?[key] == nil
            if isHidden || isRandom {
                unnamed += 1
                step = "[\(isHidden ? Secret.mask : ObjectField.chance)\(unnamed)]"
            }
            add(forms.below(key, value), path: path + step, name: key.text, depth: depth)
        }
    }

    private mutating func add(_ list: [Value], _ forms: FieldForms, path: String, name: String, depth: Int) {
        let key = MergeKey(of: forms, tells: sealing.tells)
        for (index, item) in list.enumerated() {
            let step = "[\(key?.label(item) ?? String(index))]"
            let below = key.map { forms.item(by: $0, item) } ?? forms.item(index, item)
            add(below, path: path + step, name: name, depth: depth)
        }
        if let key, list.count > 1 {
            let labels = list.map(key.label).joined(separator: ", ")
            fields.append(ObjectField(path: path, kind: .order, shown: labels, seal: ""))
        }
    }

    /// Adds the tree that stands in a text. What the text has beside the tree is a field too, so that no change is lost.
    private mutating func addTree(_ forms: FieldForms, path: String, name: String, depth: Int) -> Bool {
        let trees = forms.map { value in value.string.flatMap { EmbeddedContent.tree(of: $0, named: name) } }
        guard let trees else { return false }
        add(trees, path: path + ":", name: "", depth: depth + 1)
        if forms.again?.content == forms.real.content {
            fields.append(
                ObjectField(path: path, kind: .form, shown: "", seal: sealing.seal(forms.real.string ?? "")))
        }
        return true
    }

    private mutating func addLeaf(_ forms: FieldForms, path: String) {
        let real = forms.real
        let isRandom = forms.again?.content != real.content
        let isHidden = forms.varied?.content != real.content
        let kind: ObjectField.Kind =
            Self.isChecksum(path: path, real) ? .checksum : isRandom ? .random : isHidden ? .hidden : .plain
        var shown = real.written
        var seal = ""
        if isRandom || isHidden {
            // What chance makes has no digest that stays.
            seal = isRandom ? "" : sealing.seal(shown)
            let texts = forms.texts
            shown =
                texts.map { CommonText.of($0, mark: isRandom ? ObjectField.chance : Secret.mask) }
                ?? (isHidden ? Secret.mask : ObjectField.chance)
        }
        fields.append(ObjectField(path: path, kind: kind, shown: shown, seal: seal))
    }

    /// Whether a leaf is an annotation that sums up other objects. Source: helm.sh/docs/howto/charts_tips_and_tricks,
    /// "Automatically Roll Deployments".
    private static func isChecksum(path: String, _ value: Value) -> Bool {
        value.string != nil && path.contains("annotations") && path.contains("checksum")
    }
}

extension FieldForms {
    /// The texts of all three forms; nil where one of them is none, or is not there: nothing of it can be shown.
    fileprivate var texts: [String]? {
        guard let real = real.string, let again = again?.string, let varied = varied?.string else { return nil }
        return [real, again, varied]
    }
}

extension Value {
    /// A scalar as it is written in YAML where that is plain, else in quotes; text of several lines as it is, and empty
    /// maps and lists too.
    var written: String {
        switch content {
        case .string(let text) where text.utf8.contains(UInt8(ascii: "\n")): return text
        case .string(let text):
            let isPlain = !text.isEmpty && YAMLScalar.resolve(text) == .string(text) && text.utf8.first != 0x20
            return isPlain ? text : text.debugDescription
        default: return oneLine()
        }
    }
}
