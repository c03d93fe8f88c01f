/// Names of users as a setting lists them.
package struct NameList: Sendable, Equatable {
    /// The names in the clear, with their places. A number counts as its text.
    package let names: [Located<String>]
    /// Names of encrypted layers. Never shown.
    private let hidden: [Value]

    /// Whether nobody is on the list for sure.
    package var isEmpty: Bool { names.isEmpty && hidden.isEmpty }

    /// All names for comparing, also hidden ones that could be opened.
    var compared: [(name: String, place: SourceLocation)] {
        names.map { ($0.value, $0.location) }
            + hidden.compactMap { value in value.opened.scalarText.map { ($0, value.location) } }
    }

    /// The names of a setting: a list, or one name alone, as JupyterHub takes it.
    ///
    /// A map is none: JupyterHub 5 does not start with one. Whoever lets users in by a list must take it as empty then.
    init(_ value: Value?) {
        let items = value.map { $0.list ?? [$0] } ?? []
        names = items.compactMap { item in
            item.scalarText.flatMap { $0.isEmpty ? nil : Located($0, at: item.location) }
        }
        hidden = items.filter { item in
            if case .secret = item.content { item.ifSet != nil } else { false }
        }
    }
}

extension NameList: SettingContent {
    package init?(setting value: Value) {
        switch value.content {
        case .map, .null, .secret: return nil
        default: self.init(value)
        }
    }
}

extension Setting where Wrapped == NameList {
    /// All names for comparing, also hidden ones that could be opened.
    var users: [(name: String, place: SourceLocation)] { compared?.compared ?? [] }
}
