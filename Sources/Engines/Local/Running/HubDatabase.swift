import FleetModel
import FleetTools
import Foundation

/// The database of a hub on this machine, as far as Hubfleet looks into it: its version, and who is logged in.
struct HubDatabase: Sendable {
    let hub: LocalHub
    let doors: Doors

    private enum State: String, Decodable { case new, current, older, newer }

    /// Finds out whether the hub can use it. JupyterHub makes a copy of an older one and brings it up to date.
    /// - Throws: `LocalEngineError.newerDatabase`, `.brokenDatabase`.
    func check(_ tell: (EngineEvent) -> Void) async throws {
        guard FileManager.default.fileExists(atPath: hub.folder.database) else { return }
        struct Answer: Decodable { let state: State }
        let output = try await run("check")
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(output.standardOutput)) else {
            throw LocalEngineError.brokenDatabase(hub: hub.hub.id, reason: output.standardError.lastLines(1))
        }
        switch answer.state {
        case .new, .current: return
        case .older: tell(.upgradingDatabase(hub: hub.hub.id))
        case .newer: throw LocalEngineError.newerDatabase(hub: hub.hub.id, file: hub.folder.database)
        }
    }

    /// Ends all sessions and tokens of people.
    /// - Throws: `LocalEngineError.brokenDatabase`.
    func forgetSessions() async throws {
        try? FileManager.default.removeItem(atPath: hub.folder.cookieSecret)
        guard FileManager.default.fileExists(atPath: hub.folder.database) else { return }
        let output = try await run("forget")
        guard output.status == 0 else {
            throw LocalEngineError.brokenDatabase(hub: hub.hub.id, reason: output.standardError.lastLines(1))
        }
    }

    private func run(_ verb: String) async throws -> CommandOutput {
        try await doors.runner.run(hub.script("database.py", [verb, hub.folder.database], doors))
    }
}
