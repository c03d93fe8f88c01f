import Engines
import FleetTools
import Foundation

/// Says that the keeper put an earlier database of a hub back, and what people lost by that.
struct RestoredDatabase {
    let engine: LocalEngine
    let hub: KeptHub
    /// When the hub was brought back.
    let since: Date

    func tell(_ output: any Output) {
        let copies = engine.databaseCopies(of: hub)
        guard let replaced = copies.last(where: { $0.reason == .replaced }), replaced.at >= since else { return }
        let users = replaced.counts["users"].map { "\($0) users" } ?? "users"
        output.message(
            "\(hub.id): its database was of a newer JupyterHub, so an earlier one was put back. What was made since, such as \(users) "
                + "and their tokens, is kept in \(hub.folder.root)/databases/\(replaced.name)")
    }
}
