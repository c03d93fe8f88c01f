/// The settings of a report: what it is to say.
package struct UsageSettings: Sendable {
    package var quota: Int64?
    package var idleDays: Int?
    package var since: UsageReport?

    /// - Parameters:
    ///   - quota: bytes that each user may use.
    ///   - idleDays: after so many days without a change a home is idle.
    ///   - since: an earlier report.
    package init(quota: Int64? = nil, idleDays: Int? = nil, since: UsageReport? = nil) {
        self.quota = quota
        self.idleDays = idleDays
        self.since = since
    }
}
