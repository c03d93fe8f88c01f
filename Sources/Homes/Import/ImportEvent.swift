/// A step of an import, told while it runs.
package enum ImportEvent: Sendable, Equatable {
    /// The archive is checked, and so much is to be written.
    case began(bytes: UInt64, files: Int)
    /// Bytes and files that were written just now, or were there already.
    case wrote(bytes: Int, files: Int)
}
