import Foundation
import Receipts
import Texts

/// The one rule for "the archive is there already": the receipt beside it can be read, and its owner, form and length are
/// those of the archive. A file that was cut, or is of somebody else, is none.
package enum PresentArchive {
    /// The receipt of an archive that was made before.
    ///
    /// - Parameters:
    ///   - path: of the archive.
    ///   - owner: whose home it must be of.
    ///   - format: the form that it must have.
    /// - Returns: nil when there is no archive, or no receipt that proves it.
    package static func receipt(of path: String, owner: ExactText, _ format: ArchiveFormat) -> HomeReceipt? {
        guard let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? UInt64,
            let receipt = try? SignedReceipt(file: path + SignedReceipt.suffix).receipt,
            receipt.owner == owner, receipt.format == format, receipt.length == size
        else { return nil }
        return receipt
    }
}
