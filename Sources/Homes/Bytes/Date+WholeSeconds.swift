import Foundation

extension Date {
    /// The second that holds this time: texts of receipts and reports keep no more.
    package var wholeSeconds: Date { Date(timeIntervalSince1970: timeIntervalSince1970.rounded(.down)) }
}
