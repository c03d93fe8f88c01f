/// The reason why a receipt cannot be read, checked, signed or written.
package enum ReceiptError: Error, Equatable, CustomStringConvertible {
    case noKey(String, reason: String)
    case notAReceipt(String, reason: String)
    case noPlace(String, reason: String)

    package var description: String {
        switch self {
        case .noKey(let path, let reason): "\(path) is no key for receipts: \(reason)"
        case .notAReceipt(let path, let reason): "\(path) is no receipt: \(reason)"
        case .noPlace(let path, let reason): "\(path) cannot be where the receipt goes: \(reason)"
        }
    }
}
