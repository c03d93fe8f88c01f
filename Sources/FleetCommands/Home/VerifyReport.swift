import FleetModel
import FleetTools
import Foundation
import Homes

/// What was found in an archive, for receipts and for people.
struct VerifyReport: Encodable {
    struct Entry: Encodable { let path, what: String }

    let kind = "verify"
    /// The name of its file.
    let archive: String
    /// What it was compared with.
    let folder: String?
    let owner: String
    let verified: Int
    let bytes: UInt64
    let root: String
    let faults: [Entry]
    let known: [Entry]
    /// Of the receipt that it was compared with.
    let receiptSignature: GivenReceipt.Signature?
    let finished = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))

    init(_ found: HomeVerification, _ given: GivenReceipt?, archive: String, folder: String?) {
        self.archive = archive
        self.folder = folder
        owner = found.owner
        verified = found.verified
        bytes = found.bytes
        root = found.root
        faults = (found.faults + (given?.faults(found) ?? [])).map { Entry(path: $0.path, what: $0.what) }
        receiptSignature = given?.signature
        known = found.known.map { Entry(path: $0.path, what: $0.what) }
    }

    var text: String {
        let lines =
            faults.map { "\($0.path.printable): \($0.what.printable)" }
            + known.map { "\($0.path.printable): \(HomeProblem.explanation(of: $0.what)), says the manifest" }
            + (receiptSignature.map { [$0.text] } ?? [])
        let verdict = faults.isEmpty ? "all well" : "\(faults.count) not as it should be"
        return (lines + ["\(verified) files and links, \(bytes) bytes, root \(root): \(verdict)"]).joined(
            separator: "\n")
    }
}
