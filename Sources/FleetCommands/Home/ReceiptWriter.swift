import FleetModel
import FleetTools
import Foundation
import Homes

/// Signs receipts and writes them. It is made before the work, so that trouble with a receipt does not come after hours.
struct ReceiptWriter {
    let key: ReceiptKey
    /// The chosen file; nil: the usual place.
    let path: String?
    /// Whether it goes to standard output.
    let isPrinted: Bool
    let output: any Output

    /// Looks at the chosen file's folder.
    /// - Throws: `ReceiptError.noPlace`.
    func checkFolder() throws {
        if let path { try ReceiptPlace.checkFolder(of: path) }
    }

    /// Looks at what is in the usual place, when no other was chosen.
    /// - Throws: `ReceiptError.noPlace`.
    func check(usual: String) throws {
        if path == nil, !isPrinted { try ReceiptPlace.check(usual) }
    }

    /// Signs a receipt and writes it where it was asked for, or to the usual place.
    /// - Throws: `ReceiptError.noPlace` when something else is there meanwhile, `FileError`.
    func write(_ receipt: some Encodable, to usual: String) throws {
        let signed = try SignedReceipt(receipt, key: key)
        if isPrinted { return output.result(try signed.envelope()) }
        let path = path ?? usual
        try ReceiptPlace.check(path)
        try signed.write(to: path)
        output.message("receipt in \(path.printable), signed with key \(key.id)")
    }
}
