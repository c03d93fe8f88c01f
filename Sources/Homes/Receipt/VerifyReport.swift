import Foundation

/// The report of one archive that was checked, for receipts and for people.
package struct VerifyReport: Sendable, Encodable {
    /// A path and what is to be said of it.
    package struct Entry: Sendable, Encodable { package let path, what: String }

    private let kind = "verify"
    /// The name of the archive's file.
    package let archive: String
    /// The home that it was compared with.
    package let folder: String?
    package let owner: String
    /// Files and links that are as the manifest says.
    package let verified: Int
    package let bytes: UInt64
    package let root: String
    package let faults: [Entry]
    /// Things that the archive's maker said are missing.
    package let known: [Entry]
    /// The signature of the receipt that it was compared with.
    package let receiptSignature: GivenReceipt.Signature?
    private let finished: Date

    init(_ found: HomeVerification, _ given: GivenReceipt?, archive: String, folder: String?, finished: Date) {
        self.archive = archive
        self.folder = folder
        owner = found.owner
        verified = found.verified
        bytes = found.bytes
        root = found.root
        faults = (found.faults + (given?.faults(found) ?? [])).map { Entry(path: $0.path, what: $0.what) }
        receiptSignature = given?.signature
        known = found.known.map { Entry(path: $0.path, what: $0.what) }
        self.finished = finished.wholeSeconds
    }
}
