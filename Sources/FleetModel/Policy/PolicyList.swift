/// A list of the policy: each item with its place.
package struct PolicyList<Item: SettingContent>: SettingContent {
    package let items: [Located<Item>]

    /// - Returns: nil unless it is a list, and each of its items can be read.
    package init?(setting value: Value) {
        guard let list = value.list else { return nil }
        let items = list.compactMap { item in Item(setting: item).map { Located($0, at: item.location) } }
        guard items.count == list.count else { return nil }
        self.items = items
    }
}

extension SettingContent where Self: RawRepresentable<String> {
    package init?(setting value: Value) {
        guard let choice = value.string.flatMap(Self.init(rawValue:)) else { return nil }
        self = choice
    }
}

extension Cluster.Tenancy: SettingContent {}
extension ProviderKind: SettingContent {}
extension PolicyCalendar.Weekday: SettingContent {}
