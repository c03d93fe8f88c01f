import FleetTools
import Foundation

/// What Hubfleet remembers of a hub on this machine between runs.
package struct HubState: Sendable, Equatable, Codable {
    package var ports: HubPorts

    package init(ports: HubPorts) {
        self.ports = ports
    }

    /// - Returns: nil when there is none, or none that can be read; ports are then chosen anew.
    package static func read(_ folder: HubFolder) -> HubState? {
        guard let data = FileManager.default.contents(atPath: folder.state) else { return nil }
        return try? JSONDecoder().decode(HubState.self, from: data)
    }

    package func write(_ folder: HubFolder) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try FileWriting.write(String(decoding: try encoder.encode(self), as: UTF8.self), to: folder.state)
    }
}
