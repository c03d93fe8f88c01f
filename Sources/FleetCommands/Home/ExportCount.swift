import FleetTools
import Homes

/// What came of an export of all homes.
struct ExportCount {
    var made = 0
    /// Of the homes, without what could not be read.
    var bytes: Int64 = 0
    var present = 0
    var incomplete = 0
    var failed = 0

    init(failed: Int) { self.failed = failed }

    /// An archive that was there already: what it has not is missing still.
    mutating func pass(_ receipt: HomeReceipt) {
        present += 1
        if !receipt.isWhole { incomplete += 1 }
    }

    mutating func add(_ receipt: HomeReceipt) {
        made += 1
        bytes += receipt.bytes
        if !receipt.isWhole { incomplete += 1 }
    }

    var text: String {
        var parts = ["\(made) \(made == 1 ? "home" : "homes") with \(ByteAmount.text(bytes)) archived"]
        if present > 0 { parts.append("\(present) were there already") }
        if incomplete > 0 { parts.append("\(incomplete) not whole") }
        if failed > 0 { parts.append("\(failed) failed") }
        return parts.joined(separator: ", ")
    }
}
