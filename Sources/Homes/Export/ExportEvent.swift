/// A step of an export, told while it runs.
package enum ExportEvent: Sendable, Equatable {
    /// The scan has found so many things, and files with so many bytes.
    case scanned(things: Int, bytes: Int64)
    /// The archive's length is known; `from` is the byte at which it goes on.
    case began(HomeSnapshot.Summary, from: UInt64, length: UInt64)
    /// Bytes and files of the archive that are written by now.
    case wrote(bytes: UInt64, files: Int)
    /// The archive that was begun before is of no use.
    case startsOver(reason: String)
    /// The receipt is signed, and where it was asked for.
    case signed(ReceiptWriter.Written)
}
