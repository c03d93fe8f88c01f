import FleetTools
import Foundation
import Texts

/// What the keeper shall do with a hub: the file `wish.json` in the hub's folder. Whoever wants something else writes it
/// anew, whether the keeper runs or not.
package struct KeeperWish: Sendable, Equatable, Codable {
    /// The name of the fleet that the hub is of.
    package let fleet: String
    /// `CLUSTER/HUB`.
    package let hub: String
    /// Whether the hub shall run.
    package let isOn: Bool
    /// Another one for each wish: the keeper starts the hub again when it changes.
    package let number: String
    package let since: Date
    /// The account that wished it, as a note.
    package let who: String

    package init(fleet: String, hub: String, isOn: Bool, since: Date, who: String) {
        self.fleet = fleet
        self.hub = hub
        self.isOn = isOn
        number = RandomText.token()
        self.since = since
        self.who = who
    }

    /// Nil when there is none.
    package static func read(_ folder: HubFolder) -> KeeperWish? { JSONFile.read(KeeperWish.self, at: folder.wish) }

    /// - Throws: `FileError`.
    package func write(to folder: HubFolder) throws {
        try FileWriting.write(JSONFile.bytes(self), to: folder.wish)
    }
}

/// What the keeper did about a wish: the file `keeper.json` in the hub's folder.
package struct KeeperReport: Sendable, Equatable, Codable {
    package enum Phase: String, Sendable, Codable {
        case starting, ready, failed, stopping, stopped
    }

    /// The number of the wish.
    package let wish: String
    package let phase: Phase
    package let since: Date
    /// The revision that it is about.
    package let revision: Int?
    /// Where people reach the hub; nil before it is ready.
    package let address: String?
    /// What went wrong, with the last lines of the log.
    package let reason: String?
    /// When a hub that failed is tried again.
    package let nextTry: Date?

    /// Nil when there is none.
    package static func read(_ folder: HubFolder) -> KeeperReport? {
        JSONFile.read(KeeperReport.self, at: folder.report)
    }

    func write(to folder: HubFolder) throws { try FileWriting.write(JSONFile.bytes(self), to: folder.report) }
}

/// A hub that was deployed on this machine.
package struct KeptHub: Sendable, Equatable {
    package let fleet: String
    /// `CLUSTER/HUB`.
    package let id: String
    package let folder: HubFolder
}

extension StateFolder {
    /// The hubs that were deployed, by fleet, cluster and name.
    package var keptHubs: [KeptHub] {
        func names(_ folder: String) -> [String] {
            ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sortedByBytes()
        }
        return names(hubs).flatMap { fleet in
            names("\(hubs)/\(fleet)").flatMap { cluster in
                names("\(hubs)/\(fleet)/\(cluster)").compactMap { hub in
                    let id = "\(cluster)/\(hub)"
                    // What is left of one that was undeployed has no wish and no revision.
                    guard let folder = deployed(id, fleet: fleet),
                        [folder.wish, folder.current].contains(where: FileManager.default.fileExists(atPath:))
                    else { return nil }
                    return KeptHub(fleet: fleet, id: id, folder: folder)
                }
            }
        }
    }
}
