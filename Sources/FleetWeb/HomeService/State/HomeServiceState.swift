import FleetTools
import Foundation
import Homes

/// The service's own folder, opened: its keys and its log.
struct HomeServiceState: Sendable {
    /// The key that signs receipts.
    let key: ReceiptKey
    /// The seal on cookies.
    let sealed: SealedText
    let audit: AuditLog

    /// - Throws: `HomeServiceError` when a folder of the service lies among the homes; `FileError`,
    ///   `ReceiptError` when the state cannot be used.
    init(_ settings: HomeServiceSettings) throws {
        try settings.checkPlaces()
        try PlaceForState.make(settings.state)
        if let exports = settings.exports { try PlaceForState.make(exports) }
        key = try ReceiptKey.loadOrMake(settings.state + "/receipts.pem")
        Self.publish(key, settings.state + "/receipts.pem.pub")
        sealed = try SealedText(keyFile: settings.state + "/cookie.key")
        audit = try AuditLog(settings.state + "/audit.jsonl")
    }

    /// Writes the key that receipts are checked by. Downloads go on also when the state's disk is full.
    private static func publish(_ key: ReceiptKey, _ path: String) {
        guard FileManager.default.contents(atPath: path) != Data(key.publicKey.utf8) else { return }
        do {
            try FileWriting.write(key.publicKey, to: path, permissions: 0o644)
        } catch {
            OperatorLog.write("\(error)")
        }
    }
}
