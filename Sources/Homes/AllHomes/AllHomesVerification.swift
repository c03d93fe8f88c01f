import FleetTools
import Foundation
import Receipts
import Texts

/// The verification of all archives of a folder, each with the receipt beside it and, when there is a folder of homes, with
/// the home of its user.
package struct AllHomesVerification: Sendable {
    private let folder: ArchiveFolder
    /// The folder of the homes that the archives are compared with.
    package var homes: String?
    /// The path of the public key that must have signed each receipt; with it, each archive needs one.
    package var publicKey: String?
    package var time: any TimeSource = SystemTime()

    package init(_ folder: ArchiveFolder) { self.folder = folder }

    /// Checks one archive after another. One that fails holds up no other.
    ///
    /// - Throws: `HomeError.notAFolder` for the homes, `CancellationError`.
    package func run(_ tell: @escaping (VerifyEvent) -> Void = { _ in }) throws -> VerifyReports {
        var reports = VerifyReports()
        if let homes { try addMissing(of: homes, to: &reports) }
        for archive in folder.archives {
            do {
                reports.add(try verification(of: archive).run(tell))
            } catch let error as CancellationError {
                throw error
            } catch {
                reports.fail(archive.file, "\(error)")
            }
        }
        return reports
    }

    /// Fails for each home that has no archive.
    private func addMissing(of homes: String, to reports: inout VerifyReports) throws {
        let users = Set(folder.archives.map { Array($0.user.utf8) })
        for home in try HomeFolders(homes).users where !users.contains(home) {
            reports.fail(ByteText.readable(home), "there is no archive of this home")
        }
    }

    private func verification(of archive: ArchiveFolder.Archive) throws -> ArchiveVerification {
        var verification = ArchiveVerification(folder.path(of: archive))
        let receipt = folder.path(of: archive) + SignedReceipt.suffix
        let isThere = FileManager.default.fileExists(atPath: receipt)
        verification.receipt = isThere || publicKey != nil ? receipt : nil
        verification.publicKey = publicKey
        verification.user = archive.user
        verification.home = homes.map { "\($0)/\(archive.user)" }
        if let home = verification.home { try HomeFolders.checkIsNoLink(home) }
        verification.time = time
        return verification
    }
}
