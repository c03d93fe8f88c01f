import Texts

/// A place among the downloads, and the scan that is sent; given back when nobody needs them any more.
final class DownloadTicket: Sendable {
    private let gate: DownloadGate
    private let uses: SnapshotUses
    private let user: ExactText
    private let folder: String

    /// - Throws: `DownloadRefusal` when there is no place.
    init(_ gate: DownloadGate, _ uses: SnapshotUses, _ user: ExactText, _ folder: String) throws {
        try gate.enter(user)
        uses.add(folder)
        self.gate = gate
        self.uses = uses
        self.user = user
        self.folder = folder
    }

    deinit {
        uses.remove(folder)
        gate.leave(user)
    }
}
