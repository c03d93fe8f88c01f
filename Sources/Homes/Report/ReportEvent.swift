/// A step of a report, told while it is made.
package enum ReportEvent: Sendable, Equatable {
    /// A folder is measured next; so many came before it, of so many in all.
    case measures(folder: String, done: Int, count: Int)
}
