import FleetTools
import Foundation
import Homes
import Receipts
import Synchronization
import Texts

/// The signed receipts of each user's downloads.
struct ReceiptStore: Sendable {
    struct Kept: Sendable {
        let name: String
        let receipt: HomeReceipt
    }

    /// Downloads of one archive that end in the same second write the same receipt, one after the other.
    private static let writing = Mutex(())

    private let key: ReceiptKey
    private let store: HomeStore

    init(key: ReceiptKey, store: HomeStore) {
        self.key = key
        self.store = store
    }

    /// The key that receipts are checked by, in PEM.
    var publicKey: String { key.publicKey }

    func add(_ receipt: HomeReceipt, of user: ExactText) throws {
        guard let folder = folder(of: user) else { return }
        try FileWriting.makeFolder(folder, permissions: 0o700)
        let time = receipt.finished.formatted(.iso8601.time(includingFractionalSeconds: false).timeSeparator(.omitted))
        let day = receipt.finished.formatted(.iso8601.year().month().day())
        let name = "\(day)-\(time)-\(receipt.root.prefix(8)).\(receipt.format.rawValue).json"
        let signed = try SignedReceipt(receipt, key: key)
        try Self.writing.withLock { _ in try signed.write(to: "\(folder)/\(name)") }
    }

    /// The receipts of a user, the newest first: fifty at most.
    func all(of user: ExactText) -> [Kept] {
        guard let folder = folder(of: user) else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.map(\.exact).filter { $0.hasSuffix(".json") }.sorted(by: >).prefix(50).compactMap { name in
            (try? SignedReceipt(file: "\(folder)/\(name)"))?.receipt.map { Kept(name: name.text, receipt: $0) }
        }
    }

    /// The file of one receipt of this user; nil when there is none with this name.
    func file(_ name: String, of user: ExactText) -> Data? {
        guard FolderScheme.plain.folderName(for: name) != nil, let folder = folder(of: user) else { return nil }
        return FileManager.default.contents(atPath: "\(folder)/\(name)")
    }

    private func folder(of user: ExactText) -> String? { store.folder(of: user).map { $0 + "/receipts" } }
}
