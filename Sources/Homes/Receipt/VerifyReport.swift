import Foundation
import Texts

/// The report of one archive that was checked, for receipts and for people.
package struct VerifyReport: Sendable, Encodable {
    /// A path and what is to be said of it.
    package struct Entry: Sendable, Encodable { package let path, what: String }

    private let kind = "verify"
    /// The name of the archive's file.
    package let archive: String
    /// The home that it was compared with.
    package let folder: String?
    package let owner: ExactText
    /// Files and links that are as the manifest says.
    package let verified: Int
    package let bytes: UInt64
    package let root: String
    package let faults: [Entry]
    /// Things that the archive's maker said are missing.
    package let known: [Entry]
    /// Whether the root covers owner and what is missing, which it did not in the first archives.
    package let isCovered: Bool
    /// The signature of the receipt that it was compared with.
    package let receiptSignature: GivenReceipt.Signature?
    private let finished: Date

    /// `user`: after whom the archive is named; nil for one that was named by itself.
    init(
        _ found: HomeVerification, _ given: GivenReceipt?, archive: String, user: ExactText?, folder: String?,
        finished: Date
    ) {
        self.archive = archive
        self.folder = folder
        owner = found.owner
        verified = found.verified
        bytes = found.bytes
        root = found.root
        let strange = user.flatMap { Self.fault(of: found.owner, in: $0) }
        faults = (found.faults + (strange.map { [$0] } ?? []) + (given?.faults(found) ?? [])).map {
            Entry(path: $0.path, what: $0.what)
        }
        receiptSignature = given?.signature
        known = found.known.map { Entry(path: $0.path, what: $0.what) }
        isCovered = found.isCovered
        self.finished = finished.wholeSeconds
    }

    /// The fault of an archive that is named after somebody else than its owner, or than the owner's folder on a hub.
    private static func fault(of owner: ExactText, in user: ExactText) -> HomeVerification.Fault? {
        guard !FolderScheme.allCases.contains(where: { $0.folderName(for: owner.text)?.exact == user }) else {
            return nil
        }
        return HomeVerification.Fault(
            path: ArchiveMember.manifestName, what: "it says that this is the home of \(owner), not of \(user)")
    }
}
