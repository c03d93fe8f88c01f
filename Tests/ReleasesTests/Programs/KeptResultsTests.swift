import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Synchronization
import Testing
import Texts

@testable import Releases

/// Results of jsonnet that are kept for other runs.
@Suite(.tags(.medium))
struct KeptResultsTests {
    private static let code = "local shared = import 'shared.libsonnet'; shared + { hub: std.extVar('HUBFLEET_HUB') }"

    private func fleet(_ more: [String: String] = [:]) throws -> TemporaryFolder {
        try TemporaryFolder().write([
            "config/clusters/c/v.jsonnet": Self.code, "config/clusters/c/shared.libsonnet": "{ a: 1 }",
        ]).write(more)
    }

    /// A jsonnet that counts its calls, and prints what it was given.
    private func program(version: String = "v1") -> ScriptedCommandRunner {
        ScriptedCommandRunner { call in
            if call.arguments == ["--version"] { return CommandOutput(standardOutput: Array(version.utf8)) }
            let folder = try #require(call.workingDirectory)
            let shared = try String(contentsOfFile: folder + "/config/clusters/c/shared.libsonnet", encoding: .utf8)
            return CommandOutput(standardOutput: Array("\(version) \(call.arguments) \(shared)".utf8))
        }
    }

    private func render(
        _ fleet: TemporaryFolder, _ runner: any CommandRunner, in cache: TemporaryFolder, hub: String = "a",
        limit: Int = 1 << 20
    ) async throws -> String {
        let kept = KeptResults(in: cache.path + "/made/jsonnet", limit: limit)
        let jsonnet = Jsonnet(WorkingTree(fleet.path), runner: runner, kept: kept)
        let bytes = try await jsonnet.render("config/clusters/c/v.jsonnet", variables: [("HUBFLEET_HUB", hub)])
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func whatChangesNothingIsNotComputedAgain() async throws {
        let (fleet, cache) = (try fleet(), try TemporaryFolder())
        let runner = program()
        let first = try await render(fleet, runner, in: cache)
        #expect(try await render(fleet, runner, in: cache) == first)
        // Elsewhere too, as a file does not see where the fleet lies.
        #expect(try await render(try self.fleet(), runner, in: cache) == first)
        #expect(runner.calls.filter { $0.arguments != ["--version"] }.count == 1)
        #expect(try await render(fleet, runner, in: cache, hub: "b") != first)
        #expect(try await render(fleet, program(version: "v2"), in: cache) != first)
        try fleet.write(["config/clusters/c/shared.libsonnet": "{ a: 2 }"])
        #expect(try await render(fleet, runner, in: cache) != first)
        #expect(runner.calls.filter { $0.arguments != ["--version"] }.count == 3)
    }

    @Test func isPrivateAndSaysThatItWasMade() async throws {
        let (fleet, cache) = (try fleet(), try TemporaryFolder())
        let said = Mutex<[String]>([])
        let folder = cache.path + "/jsonnet"
        for _ in 0..<2 {
            let kept = KeptResults(in: folder) { text in said.withLock { $0.append(text) } }
            let jsonnet = Jsonnet(WorkingTree(fleet.path), runner: program(), kept: kept)
            _ = try await jsonnet.render("config/clusters/c/v.jsonnet", variables: [])
        }
        #expect(
            said.withLock(\.self) == [
                "made \(folder), which keeps what jsonnet computed; it can be removed at any time"
            ])
        #expect(try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? Int == 0o700)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(names.count == 1)
        for name in names {
            let mode = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")[.posixPermissions]
            #expect(mode as? Int == 0o600)
        }
    }

    /// What others may have written, or a full disk cut off, is no result.
    @Test func takesNothingFromOthersAndNothingDamaged() async throws {
        let (fleet, cache) = (try fleet(), try TemporaryFolder())
        let runner = program()
        let first = try await render(fleet, runner, in: cache)
        let folder = cache.path + "/made/jsonnet"
        let file = folder + "/" + (try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first))
        let whole = try #require(FileManager.default.contents(atPath: file))
        for damaged in [Data(), whole.prefix(70), whole + Data("x".utf8)] {
            try damaged.write(to: URL(filePath: file))
            #expect(try await render(fleet, runner, in: cache) == first)
        }
        #expect(FileManager.default.contents(atPath: file) == whole)
        #expect(chmod(folder, 0o770) == 0)
        let calls = runner.calls.count
        #expect(try await render(fleet, runner, in: cache) == first)
        #expect(runner.calls.count > calls)
    }

    @Test func keepsNoMoreThanItMay() async throws {
        let (fleet, cache) = (try fleet(), try TemporaryFolder())
        for hub in 0..<60 { _ = try await render(fleet, program(), in: cache, hub: "hub-\(hub)", limit: 4_000) }
        let folder = cache.path + "/made/jsonnet"
        let sizes = try FileManager.default.contentsOfDirectory(atPath: folder).map { name in
            try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")[.size] as? Int ?? 0
        }
        #expect(!sizes.isEmpty && sizes.reduce(0, +) <= 4_000)
    }

    @Test func manyAtOnceDoNotDisturbEachOther() async throws {
        let (fleet, cache) = (try fleet(), try TemporaryFolder())
        let results = try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for index in 0..<40 {
                group.addTask {
                    (index % 4, try await render(fleet, program(), in: cache, hub: "\(index % 4)", limit: 2_000))
                }
            }
            return try await group.reduce(into: [Int: Set<ExactText>]()) { $0[$1.0, default: []].insert($1.1.exact) }
        }
        #expect(results.values.map(\.count) == [1, 1, 1, 1])
    }
}
