import FleetTools
import Foundation
import Texts

/// The database of a hub on this machine, as far as Hubfleet looks into it: its version, its copies, and who is logged in.
struct HubDatabase: Sendable {
    /// `CLUSTER/HUB`.
    let hub: String
    let folder: HubFolder
    let doors: Doors
    /// A call of `database.py` with the hub's Python.
    let script: @Sendable ([String]) -> Invocation

    private enum State: String, Decodable { case new, current, older, newer }
    private struct Check: Decodable { let state: State }

    var copies: DatabaseCopies { DatabaseCopies(folder: folder) }
    private var isThere: Bool { FileManager.default.fileExists(atPath: folder.database) }

    /// Finds out whether the hub can use it. Of an older one a copy is kept, and JupyterHub brings it up to date. In the place
    /// of a newer one comes the last copy that the hub can use, if it was brought back to an earlier revision; the newer one is
    /// kept.
    ///
    /// - Parameters:
    ///   - revision: the one that the hub starts with.
    ///   - goesBack: whether somebody brought the hub back to it.
    ///   - tell: told what is done.
    /// - Throws: `LocalEngineError.newerDatabase`, `.brokenDatabase`, `FileError`.
    func check(revision: Int, goesBack: Bool, _ tell: (EngineEvent) -> Void) async throws {
        guard isThere else { return }
        switch try await state(of: folder.database) {
        case .new, .current: return
        case .older:
            try await copy(.upgrade, revision: revision)
            tell(.upgradingDatabase(hub: hub))
        case .newer:
            guard goesBack, let copy = try await usableCopy() else {
                throw LocalEngineError.newerDatabase(hub: hub, file: folder.database)
            }
            let kept = try await self.copy(.replaced, revision: revision)
            try copies.putBack(copy)
            tell(.restoredDatabase(hub: hub, of: copy.at, kept: copies.place(kept)))
        }
    }

    /// Ends all sessions and tokens of people.
    /// - Throws: `LocalEngineError.brokenDatabase`.
    func forgetSessions() async throws {
        try? FileManager.default.removeItem(atPath: folder.cookieSecret)
        guard isThere else { return }
        _ = try await run(["forget", folder.database])
    }

    /// Keeps a copy, with what signs cookies, also while the hub writes. Copies of the same kind beyond those that are kept
    /// go, the oldest first.
    ///
    /// - Parameters:
    ///   - reason: why it is made.
    ///   - revision: the one that the hub has.
    /// - Returns: the copy.
    /// - Throws: `LocalEngineError.brokenDatabase`, such as where the disk has no room, and `FileError`.
    @discardableResult
    func copy(_ reason: DatabaseCopy.Reason, revision: Int?) async throws -> DatabaseCopy {
        struct Answer: Decodable {
            let revision: String?
            let bytes: Int
            let counts: [String: Int]
        }
        let copy = DatabaseCopy(reason, at: doors.time.wholeSecond, revision: revision)
        let place = try copies.begin(copy)
        do {
            let answer = try JSONDecoder().decode(
                Answer.self, from: try await run(["copy", folder.database, place.database]))
            return try copies.finish(copy.filled(answer.revision, answer.bytes, answer.counts))
        } catch {
            copies.abandon(copy)
            throw error
        }
    }

    private func usableCopy() async throws -> DatabaseCopy? {
        for copy in copies.all.reversed() {
            let state = try? await state(of: copies.database(of: copy))
            if state == .current || state == .older { return copy }
        }
        return nil
    }

    private func state(of file: String) async throws -> State {
        try JSONDecoder().decode(Check.self, from: try await run(["check", file])).state
    }

    private func run(_ arguments: [String]) async throws -> Data {
        let output = try await doors.runner.run(script(arguments))
        guard output.status == 0 else {
            throw LocalEngineError.brokenDatabase(hub: hub, reason: output.standardError.lastLines(1))
        }
        return Data(output.standardOutput)
    }
}
