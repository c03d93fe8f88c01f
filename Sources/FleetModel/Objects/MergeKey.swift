import Texts

/// What tells the items of a list apart, so that one that was put before others does not change all of them.
struct MergeKey {
    /// In the order in which they are tried. Source: the patch merge keys of Kubernetes' API; those behind `ip` are of
    /// JupyterHub's values.
    private static let names: [ExactText] = [
        "name", "mountPath", "containerPort", "devicePath", "topologyKey", "port", "host", "ip", "slug", "display_name",
        "id", "key",
    ]
    /// Longer texts are scripts, whose order tells what they are. In bytes.
    private static let longest = 120

    /// Nil where the items are texts, which are their own labels.
    private let name: ExactText?

    /// The key of a list; nil when its items are told apart by their numbers alone.
    ///
    /// Labels stand in paths, so none of them may be made by chance or of a secret.
    init?(of forms: FieldForms, tells: (String) -> Bool) {
        guard let list = forms.real.list, let again = forms.again?.list, let varied = forms.varied?.list else {
            return nil
        }
        for name in [nil] + Self.names.map(Optional.some) {
            let labels = list.compactMap { Self.label(of: $0, name) }
            guard labels.count == list.count, Set(labels).count == labels.count else { continue }
            let second = Set(again.compactMap { Self.label(of: $0, name) })
            let other = Set(varied.compactMap { Self.label(of: $0, name) })
            guard second.isSuperset(of: labels),
                labels.allSatisfy({ other.contains($0) || name != nil && !tells($0.text) })
            else { continue }
            self.name = name
            return
        }
        return nil
    }

    /// The label of an item in a path.
    func label(_ item: Value) -> String {
        let text = Self.label(of: item, name)?.text ?? ""
        return name.map { "\($0)=\(FieldPath.label(text))" } ?? text.debugDescription
    }

    /// The item that has the same label as another.
    func twin(of item: Value, in list: Value?) -> Value? {
        let label = Self.label(of: item, name)
        return list?.list?.first { Self.label(of: $0, name) == label }
    }

    private static func label(of item: Value, _ name: ExactText?) -> ExactText? {
        guard let value = name == nil ? item : item.map?[name ?? ""] else { return nil }
        switch value.content {
        case .string(let text): return text.utf8.count <= longest ? text.exact : nil
        case .integer(let number): return name == nil ? nil : String(number).exact
        default: return nil
        }
    }
}
