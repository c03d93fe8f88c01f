import FleetModel
import FleetTools
import Foundation
import Homes

/// Signs receipts and writes them. It is made before the work, so that trouble with a receipt does not come after hours.
struct ReceiptWriter {
    let key: ReceiptKey
    /// The chosen file; nil: the usual place.
    let path: String?
    /// The chosen folder for the receipts of many; nil: the usual places.
    var folder: String?
    /// Whether it goes to standard output.
    let isPrinted: Bool
    let output: any Output

    /// Looks at the folder of the chosen file, or of the usual place.
    /// - Throws: `ReceiptError.noPlace`.
    func checkFolder(usual: String? = nil) throws {
        guard !isPrinted, let place = path ?? usual.map(place) else { return }
        try ReceiptPlace.checkFolder(of: place)
    }

    /// Looks at what is in the usual place, when no other file was chosen.
    /// - Throws: `ReceiptError.noPlace`.
    func check(usual: String) throws {
        if path == nil, !isPrinted { try ReceiptPlace.check(place(usual)) }
    }

    private func place(_ usual: String) -> String {
        path ?? folder.map { $0 + "/" + URL(filePath: usual).lastPathComponent } ?? usual
    }

    /// Signs a receipt and writes it where it was asked for, or to the usual place.
    /// - Throws: `ReceiptError.noPlace` when something else is there meanwhile, `FileError`.
    func write(_ receipt: some Encodable, to usual: String) throws {
        let signed = try SignedReceipt(receipt, key: key)
        if isPrinted { return try output.result(signed.envelope()) }
        let path = place(usual)
        try ReceiptPlace.check(path)
        try signed.write(to: path)
        output.message("receipt in \(path.printable), signed with key \(key.id)")
    }
}
