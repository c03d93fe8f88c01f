import FleetTesting
import FleetTools
import Foundation
import Testing
import Texts

/// A real hub that is served, and checked from beside it.
final class HealthBed: Sendable {
    /// What `health --format json` says of one hub.
    struct Verdict: Decodable {
        struct Stage: Decodable {
            let stage: String
            let passed: Bool
            let seconds: Double
            let note: String?
        }
        struct Event: Decodable { let text: String }

        let hub: String
        let health: String
        let subject: String?
        let reason: String?
        let failedStage: String?
        let stages: [Stage]
        let events: [Event]
        let log: [String]
        let seconds: Double
        let jupyterhub: String?
    }

    /// A run of `hubfleet health`.
    struct Check {
        let status: Int
        let verdict: Verdict
        /// All that was printed.
        let said: String
    }

    let folder: TemporaryFolder
    let program: HubProgram
    let hub: HubProgram.Ready.Hub

    private var state: String { folder.path + "/state" }

    /// Starts the example with a state folder of its own, and the Python environment of all tests.
    init() async throws {
        folder = try TemporaryFolder()
        let state = folder.path + "/state"
        try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
        chmod(folder.path, 0o755)
        try FileManager.default.createDirectory(
            atPath: HubProgram.sharedState + "/environments", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: state + "/environments", withDestinationPath: HubProgram.sharedState + "/environments")
        program = try await HubProgram(["up", "--state-dir", state, "--format", "json"])
        hub = try #require(try await program.ready().hubs.first)
    }

    func stop() async throws { #expect(try await program.stop().status == 0) }

    /// The beginning of the command line of a check.
    var arguments: [String] { ["health", hub.id, "--state-dir", state, "--format", "json"] }

    func check(_ arguments: [String] = []) async throws -> Check {
        let run = try await HubProgram.run(self.arguments + arguments)
        struct Sheet: Decodable { let hubs: [Verdict] }
        let sheet = try? JSONDecoder().decode(Sheet.self, from: Data(run.output.utf8))
        return Check(
            status: run.status, verdict: try #require(sheet?.hubs.first, "\(run.output)\(run.messages)"),
            said: run.output + run.messages)
    }

    /// The tokens of the hub's services.
    func tokens() throws -> [String: String] {
        let data = try Data(contentsOf: URL(filePath: hub.folder + "/service_tokens.json"))
        return try JSONDecoder().decode([String: String].self, from: data)
    }

    // MARK: - Planting

    /// The home of the user of checks; it stays from check to check.
    var home: String {
        get throws {
            let homes = hub.folder + "/homes"
            let names = try FileManager.default.contentsOfDirectory(atPath: homes)
            return homes + "/" + (try #require(names.first { $0.hasPrefix("deployment") }))
        }
    }

    /// Writes a file into the home of the user of checks, who can read it.
    /// - Returns: its path.
    @discardableResult
    func plant(_ file: String, _ text: String) throws -> String {
        let path = try home + "/" + file
        let folder = URL(filePath: path).deletingLastPathComponent().path
        let owner = try FileManager.default.attributesOfItem(atPath: home)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        // The user writes beside it.
        var place = path
        while try place != home {
            _ = chown(
                place, uid_t(owner[.ownerAccountID] as? Int ?? 0), gid_t(owner[.groupOwnerAccountID] as? Int ?? 0))
            place = URL(filePath: place).deletingLastPathComponent().path
        }
        return path
    }

    /// Takes a file of the home away again.
    func unplant(_ file: String) throws { try? FileManager.default.removeItem(atPath: home + "/" + file) }

    /// A file beside the hub, such as a notebook.
    func file(_ name: String, _ text: String) throws -> String {
        try folder.write([name: text])
        return folder.path + "/" + name
    }

    /// A notebook with one cell.
    func notebook(_ code: String) throws -> String {
        let quoted = code.replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        return try file("n.ipynb", #"{"nbformat": 4, "cells": [{"cell_type": "code", "source": "\#(quoted)"}]}"#)
    }

    /// The process of a part of the hub, or of the hub itself.
    func process(_ part: String?) throws -> Int32 {
        let all = ProcessTable().processes(with: "HUBFLEET_HUB", hub.folder)
        let found = all.first { entry in
            if let part { return entry.environment.contains("HUBFLEET_PART=\(part)".exact) }
            let line = FileManager.default.contents(atPath: "/proc/\(entry.id)/cmdline") ?? Data()
            return String(decoding: line, as: UTF8.self).contains("\0jupyterhub\0--config")
        }
        return try #require(found).id
    }
}
