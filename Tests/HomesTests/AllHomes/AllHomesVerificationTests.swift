import FleetTesting
import FleetTools
import Foundation
import Receipts
import Testing
import Texts

@testable import Homes

@Suite(.tags(.medium))
struct AllHomesVerificationTests {
    private let folder: TemporaryFolder
    private let key = ReceiptKey()

    init() throws {
        folder = try TemporaryFolder().write([
            "homes/ada/a": "a", "homes/bob/b": "b", "out/.keep": "", "key.pub": key.publicKey,
            "other.pub": ReceiptKey().publicKey,
        ])
        let export = AllHomesExport(from: folder.path + "/homes", to: folder.path + "/out", key: key)
        _ = try export.run([AllHomesExport.Home(folder: "ada"), AllHomesExport.Home(folder: "bob")])
    }

    private func verification() throws -> AllHomesVerification {
        var verification = AllHomesVerification(try ArchiveFolder(folder.path + "/out"))
        verification.homes = folder.path + "/homes"
        verification.publicKey = folder.path + "/key.pub"
        verification.time = ManualTime()
        return verification
    }

    @Test func eachArchiveIsCheckedWithItsReceiptAndItsHome() throws {
        var steps: [VerifyEvent] = []
        let reports = try verification().run { if case .read = $0 {} else { steps.append($0) } }
        #expect(reports.isGood && reports.archives.map(\.archive) == ["ada.zip", "bob.zip"])
        #expect(reports.archives.map(\.receiptSignature?.key) == [key.id, key.id])
        let sizes = try ["ada", "bob"].map { name in
            let path = "\(folder.path)/out/\(name).zip"
            return try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64
        }
        #expect(
            steps == [.began(archive: "ada.zip", bytes: sizes[0]), .began(archive: "bob.zip", bytes: sizes[1])])
    }

    /// A home without an archive, an archive of somebody else, one without a receipt: each is said, none holds up another.
    @Test func whatIsWrongIsSaidOfEach() throws {
        let out = folder.path + "/out"
        for end in ["", SignedReceipt.suffix] {
            try FileManager.default.copyItem(atPath: "\(out)/ada.zip\(end)", toPath: "\(out)/eve.zip\(end)")
        }
        try FileManager.default.removeItem(atPath: out + "/bob.zip" + SignedReceipt.suffix)
        try folder.write(["homes/eve/a": "a", "homes/zoe/z": "z"])
        let reports = try verification().run()
        #expect(!reports.isGood)
        #expect(
            reports.archives.last?.faults.map(\.what) == ["it says that this is the home of ada, not of eve"])
        #expect(
            reports.failed.map { "\($0.archive): \($0.reason)" } == [
                "zoe: there is no archive of this home",
                "bob.zip: \(out)/bob.zip.receipt.json is no receipt: there is no such file",
                "eve.zip: it is of the home of ada, as ada.zip is",
            ])
    }

    @Test func withoutAKeySignaturesAreNotChecked() throws {
        var verification = try verification()
        verification.publicKey = nil
        #expect(try verification.run().archives.map(\.receiptSignature?.isChecked) == [false, false])
        verification.publicKey = folder.path + "/other.pub"
        #expect(
            try verification.run().archives.flatMap(\.faults).map(\.what) == [
                "it is not signed by that key", "it is not signed by that key",
            ])
    }
}
