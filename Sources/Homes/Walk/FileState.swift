/// The state of a file of a home after it was read.
package enum FileState: String, Sendable, CaseIterable {
    case ok, changed, vanished, unreadable
}
