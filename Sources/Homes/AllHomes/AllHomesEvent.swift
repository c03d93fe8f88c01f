/// A step of the export of all homes, told while it runs.
package enum AllHomesEvent: Sendable {
    /// The archive of a home is about to be made, or continued.
    case begins(AllHomesExport.Home)
    /// A step of the export of this home.
    case export(AllHomesExport.Home, ExportEvent)
    /// The archive of a home is made.
    case made(AllHomesExport.Home, HomeReceipt, archive: String)
    /// The receipt of that archive is written.
    case signed(AllHomesExport.Home, ReceiptWriter.Written)
    /// The archive of a home is there already.
    case present(AllHomesExport.Home, HomeReceipt, archive: String)
    /// A home could not be archived; the others are.
    case failed(AllHomesExport.Home, any Error)
}
