/// What an engine knows of a hub.
package struct HubState: Sendable, Equatable {
    package let record: HubRecord
    /// The number of the revision that the hub starts with; nil when it has none. It differs from the wanted one after a
    /// deployment that was cut off.
    package let current: Int?
    /// Those that are kept, the oldest first.
    package let revisions: [HubRevision]
    /// Whether any part of the hub is there, such as a process.
    package let isLive: Bool

    package init(record: HubRecord, current: Int?, revisions: [HubRevision], isLive: Bool) {
        self.record = record
        self.current = current
        self.revisions = revisions
        self.isLive = isLive
    }
}
