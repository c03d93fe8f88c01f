import FleetTools
import Foundation

/// What Hubfleet remembers of a hub on this machine between runs: the file `state.json`.
package struct LocalState: Sendable, Equatable, Codable {
    package var ports: HubPorts
    /// Nil in files from before there were revisions.
    package var record: HubRecord?

    package init(ports: HubPorts, record: HubRecord? = nil) {
        self.ports = ports
        self.record = record
    }

    /// - Returns: nil when there is none, or none that can be read; ports are then chosen anew.
    package static func read(_ folder: HubFolder) -> LocalState? {
        guard let data = FileManager.default.contents(atPath: folder.state) else { return nil }
        return try? JSONFile.decode(LocalState.self, from: data)
    }

    func bytes() throws -> [UInt8] { try JSONFile.bytes(self) }
}
