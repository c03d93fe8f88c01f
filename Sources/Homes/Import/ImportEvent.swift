/// A step of an import, told while it runs.
package enum ImportEvent: Sendable, Equatable {
    /// The archive is checked, and so much is to be written.
    case began(bytes: UInt64, files: Int)
    /// So much was written just now, or was there already.
    case wrote(bytes: Int, files: Int)
}
