import FleetTools
import Foundation
import Texts

/// The receipt of what was done with a home: enough to show later that all of it is out, and what is not and why.
package struct HomeReceipt: Sendable, Codable, Equatable {
    /// The work that a receipt is about.
    package enum Kind: String, Sendable, Codable {
        case export, download, `import`
    }

    /// A thing that is not as it was in the home.
    package struct Exception: Sendable, Codable, Equatable {
        package let path: String
        package let reason: String
    }

    package let kind: Kind
    /// Whose home it is.
    package let owner: ExactText
    package let format: ArchiveFormat
    package let files: Int
    package let folders: Int
    package let links: Int
    /// Bytes of all files.
    package let bytes: Int64
    /// The length of the archive, in bytes.
    package let length: UInt64
    /// SHA-256 over the manifest; `hubfleet home verify` shows the same.
    package let root: String
    /// SHA-256 over the manifest's entries, which receipts of moves have, too; nil in those of the first archives.
    package let tree: String?
    /// The number of things that are not as they were in the home.
    package let exceptionCount: Int
    /// The number of fifos, sockets and devices among them, in which there is nothing to keep.
    package let specialCount: Int?
    /// The first thousand of them; all stand in the archive's manifest.
    package let exceptions: [Exception]
    /// Whether all that can be kept is in the archive: fifos and the like cannot.
    package var isWhole: Bool { exceptionCount == specialCount ?? 0 }
    /// When the home was scanned.
    package let taken: Date
    package let finished: Date

    /// - Parameters:
    ///   - kind: what was done.
    ///   - snapshot: of the home.
    ///   - format: of the archive.
    ///   - result: of its stream.
    ///   - length: of the archive in bytes, where it does not follow from the snapshot.
    ///   - finished: when it was done.
    /// - Throws: `HomeError.brokenState`.
    package init(
        _ kind: Kind, _ snapshot: HomeSnapshot, _ format: ArchiveFormat, _ result: ArchiveStream.Result,
        length: UInt64? = nil, finished: Date = SystemTime().now
    ) throws {
        let summary = snapshot.summary
        self.kind = kind
        owner = summary.owner
        self.format = format
        files = summary.files
        folders = summary.folders
        links = summary.links
        bytes = summary.bytes
        self.length = length ?? summary.length(format)
        root = result.root
        tree = result.tree
        exceptionCount = summary.problems + result.changedCount
        specialCount = try snapshot.countProblems(.special)
        exceptions = (try snapshot.problems(limit: 1_000) + result.changed).prefix(1_000).map {
            Exception(path: $0.shownPath, reason: $0.reason.rawValue)
        }
        taken = summary.taken
        self.finished = finished.wholeSeconds
    }
}
