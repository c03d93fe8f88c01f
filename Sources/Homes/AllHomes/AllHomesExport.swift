import FleetTools
import Foundation
import Receipts
import Texts

/// The export of all homes, one after another: an archive for each in one folder, with a signed receipt beside it.
///
/// An export that was stopped goes on when it is run again: an archive that is there already is passed over, one that was
/// begun is continued.
package struct AllHomesExport: Sendable {
    /// A home and whose it is.
    package struct Home: Sendable, Equatable {
        /// The name of the home's folder, which its archive gets, too.
        package let folder: ExactText
        /// The user's name.
        package let owner: ExactText

        /// - Parameters:
        ///   - folder: the name of the home's folder.
        ///   - owner: the user's name; nil: as the folder is called.
        package init(folder: ExactText, owner: ExactText? = nil) {
            self.folder = folder
            self.owner = owner ?? folder
        }
    }

    /// The fate of an archive that is there and has no receipt that proves it.
    package enum Unproven: Sendable {
        /// The archive may be somebody's: it stays, and its home fails.
        case stays
        /// The folder holds nothing but this export: it is made anew.
        case isReplaced
    }

    /// The archive of a home, with its receipt.
    package enum Outcome: Sendable, Equatable {
        case made(HomeReceipt)
        case present(HomeReceipt)

        package var receipt: HomeReceipt {
            switch self {
            case .made(let receipt), .present(let receipt): receipt
            }
        }
    }

    private let source: String
    private let target: String
    private let receipts: ReceiptWriter
    package var format = ArchiveFormat.zip
    /// Whether the files of ZIP archives are compressed; such an archive cannot be continued.
    package var isCompressed = false
    package var unproven = Unproven.stays
    package var time: any TimeSource = SystemTime()
    /// The user whom this process acts as.
    package var user = ProcessUser.current

    /// - Parameters:
    ///   - source: the folder of the homes.
    ///   - target: the folder for the archives, which is there.
    ///   - key: signs the receipts.
    package init(from source: String, to target: String, key: ReceiptKey) {
        self.source = source
        self.target = target
        receipts = ReceiptWriter(key: key)
    }

    /// The path of a home's archive. The receipt lies beside it, with `SignedReceipt.suffix`.
    package func archive(of home: Home) -> String { "\(target)/\(home.folder).\(format.rawValue)" }

    /// Exports homes in their order. A home that fails holds up no other.
    ///
    /// - Throws: `CancellationError`.
    package func run(_ homes: [Home], _ tell: (AllHomesEvent) -> Void = { _ in }) throws -> ExportCount {
        var count = ExportCount()
        for home in homes {
            try Task.checkCancellation()
            do {
                count.add(try export(home, tell))
            } catch let error as CancellationError {
                throw error
            } catch {
                count.failed += 1
                tell(.failed(home, error))
            }
        }
        return count
    }

    /// Exports one home, unless its archive is there already.
    ///
    /// - Throws: `HomeError`, `ReceiptError`, `FileError`, `CancellationError`.
    package func export(_ home: Home, _ tell: (AllHomesEvent) -> Void = { _ in }) throws -> Outcome {
        let archive = archive(of: home)
        let place = archive + SignedReceipt.suffix
        try receipts.checkFolder(usual: place)
        if let receipt = PresentArchive.receipt(of: archive, owner: home.owner, format) {
            ExportPlace(archive).tidy()
            tell(.present(home, receipt, archive: archive))
            return .present(receipt)
        }
        if unproven == .isReplaced { for path in [archive, place] { unlink(path) } }
        try receipts.check(usual: place)
        try HomeFolders.checkIsNoLink("\(source)/\(home.folder)")
        tell(.begins(home))
        var export = HomeExport(of: "\(source)/\(home.folder)", owner: home.owner, format: format)
        (export.time, export.user) = (time, user)
        export.receipts = receipts
        var written: ReceiptWriter.Written?
        let receipt = try export.run(to: archive, isCompressed: isCompressed) { event in
            if case .signed(let receipt) = event { written = receipt } else { tell(.export(home, event)) }
        }
        tell(.made(home, receipt, archive: archive))
        if let written { tell(.signed(home, written)) }
        return .made(receipt)
    }
}
