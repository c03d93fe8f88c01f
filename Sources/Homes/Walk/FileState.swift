/// What happened to a file of a home while it was read.
package enum FileState: String, Sendable, CaseIterable {
    case ok, changed, vanished, unreadable
}
