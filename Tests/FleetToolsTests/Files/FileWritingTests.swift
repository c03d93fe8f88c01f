import FleetTesting
import Foundation
import Testing

@testable import FleetTools

@Suite(.tags(.medium))
struct FileWritingTests {
    /// The number of a process that ended.
    private func endedProcess() async throws -> Int {
        let output = try await RealThings.runner().run(Invocation("sh", ["-c", "echo $$"]))
        return try #require(Int(output.text.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    @Test func writesAWholeFileAndNothingElse() throws {
        let folder = try TemporaryFolder()
        let text = String(repeating: "ä", count: 300_000)
        for permissions in [0o600, 0o644] {
            try FileWriting.write(text, to: folder.path + "/a", permissions: permissions)
            #expect(try folder.read("a") == text)
            let facts = try FileManager.default.attributesOfItem(atPath: folder.path + "/a")
            #expect(facts[.posixPermissions] as? Int == permissions)
        }
        #expect(throws: FileError.notWritten(path: folder.path + "/no/a", reason: "No such file or directory")) {
            try FileWriting.write("", to: folder.path + "/no/a")
        }
        #expect(throws: FileError.self) { try FileWriting.write("", to: folder.path) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a"])
    }

    /// What a killed process leaves goes; what somebody is at, and what only looks so, stays.
    @Test func removesWhatIsLeftAndNothingElse() async throws {
        let dead = try await endedProcess()
        let kept = [
            "a.json", "a.json.new", "a.json.x-1.new", "b.txt.\(dead)-abc.new", "a.json.\(getpid())-abc.new",
            "held.json.\(dead)-abc.new",
        ]
        let left = ["a.json.\(dead)-abc.new", "c d.json.\(dead)-1z.new"]
        let folder = try TemporaryFolder().write(Dictionary(uniqueKeysWithValues: (kept + left).map { ($0, "x") }))
        // As by a process of another container, whose numbers are others.
        let held = open(folder.path + "/held.json.\(dead)-abc.new", O_RDONLY)
        try #require(flock(held, LOCK_EX) == 0)
        defer { close(held) }
        symlink("a.json", folder.path + "/link.json.\(dead)-a.new")
        FileWriting.removeLeftovers(in: folder.path) { $0.hasSuffix(".json") }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(Set(names) == Set(kept + ["link.json.\(dead)-a.new"]))
    }
}
