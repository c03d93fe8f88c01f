/// A step of the import of archives, told while it runs.
package enum AllHomesImportEvent: Sendable {
    /// An archive is checked next.
    case begins(AllHomesImport.Item)
    /// A step of the import of this archive.
    case step(AllHomesImport.Item, ImportEvent)
    /// The home is as its archive is.
    case imported(AllHomesImport.Item, HomeImport.Result)
    /// The receipt of that import is written.
    case signed(AllHomesImport.Item, ReceiptWriter.Written)
    /// An archive could not be imported; the others are.
    case failed(AllHomesImport.Item, any Error)
}
