import FleetTools
import Foundation
import Texts

/// The verification of an archive together with its receipt and the home that it was made of.
package struct ArchiveVerification: Sendable {
    private let archive: String
    /// The path of the receipt that must speak of the same archive.
    package var receipt: String?
    /// The path of the public key that must have signed it.
    package var publicKey: String?
    /// The path of the home that the archive is compared with.
    package var home: String?
    /// The user after whom the archive is named, whose home it must be; nil: anybody's.
    package var user: ExactText?
    package var time: any TimeSource = SystemTime()

    /// - Parameter archive: its path.
    package init(_ archive: String) { self.archive = archive }

    /// Reads the whole archive, and the home.
    ///
    /// - Throws: `HomeError`, `ReceiptError`, `CancellationError`.
    package func run(_ tell: @escaping (VerifyEvent) -> Void = { _ in }) throws -> VerifyReport {
        let given = try receipt.map { try GivenReceipt($0, publicKey: publicKey) }
        let size = (try? FileManager.default.attributesOfItem(atPath: archive))?[.size] as? Int64
        let name = URL(filePath: archive).lastPathComponent
        tell(.began(archive: name, bytes: size))
        var found = try HomeVerification(archive, tell)
        if let home { try found.compare(with: home) }
        return VerifyReport(found, given, archive: name, user: user, folder: home, finished: time.now)
    }
}
