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

/// JSON as Hubfleet keeps it in files: sorted keys, dates as people read them.
enum JSONFile {
    static func bytes(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return Array(try encoder.encode(value)) + Array("\n".utf8)
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(type, from: data)
    }
}
