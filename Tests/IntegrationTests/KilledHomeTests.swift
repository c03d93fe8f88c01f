import FleetTesting
import FleetTools
import Foundation
import Testing
import Texts

@testable import Homes

/// The built program, killed at one of the calls by which a small home's archive, receipt or copy comes to be: what is begun
/// is done by the next run, and nothing is half done for ever.
@Suite(.tags(.large), .serialized, .timeLimit(.minutes(20)), .needs("strace"))
struct KilledHomeTests {
    /// A way to write homes, and what must be there when it was run to its end.
    enum Verb: String, CaseIterable {
        case export, tar, compress, all, `import`, move, verify, report
    }

    /// Calls that make, name and remove files; what is written between two of them cannot be told apart by anybody.
    private static let calls = [
        "openat", "link", "linkat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat",
        "fsync",
        "ftruncate", "fchmod", "utimensat",
    ]

    private func newFolder() async throws -> TemporaryFolder {
        let folder = try TemporaryFolder().write([
            "homes/ada/a": "one", "homes/ada/d/b": "two", "homes/ada/d/e/c": "three", "homes/bob/f": "four",
        ])
        let archive = folder.path + "/given.zip"
        _ = try HomeExport(of: folder.path + "/homes/ada", owner: "ada", format: .zip).write(to: archive)
        try FileManager.default.createDirectory(atPath: folder.path + "/new", withIntermediateDirectories: true)
        return folder
    }

    private func arguments(_ verb: Verb, in folder: String) -> [String] {
        let home = ["home"]
        return switch verb {
        case .export: home + ["export", "--from", folder + "/homes/ada", "--to", folder + "/a.zip"]
        case .tar: home + ["export", "--from", folder + "/homes/ada", "--to", folder + "/a.tar"]
        case .compress: home + ["export", "--from", folder + "/homes/ada", "--to", folder + "/a.zip", "--compress"]
        case .all: home + ["export", "--from", folder + "/homes", "--all", "--to", folder + "/archives"]
        case .import: home + ["import", folder + "/given.zip", "--to", folder + "/back"]
        case .move: home + ["move", "--from", folder + "/homes", "--to", folder + "/new", "--final"]
        case .verify: home + ["verify", folder + "/given.zip", "--write-receipt", folder + "/v.json"]
        case .report: home + ["report", "--from", folder + "/homes", "--receipt", folder + "/r.json"]
        }
    }

    /// All that stands in the folder when a verb was never killed, without what is another each time.
    private func listing(_ folder: String) -> [String] {
        let files = FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []
        let others = files.filter { !$0.hasPrefix("config") && !$0.split(separator: "/").contains(".hubfleet-move") }
        return others.sorted()
    }

    private func run(_ program: [String], in folder: String) async throws -> Int {
        let variables = ["CI": "true", "XDG_CONFIG_HOME": folder + "/config", "PATH": RealThings.searchPath]
        let call = Invocation(
            program[0], Array(program.dropFirst()), environment: variables, workingDirectory: folder)
        return Int(try await RealThings.runner().run(call).status)
    }

    @Test(arguments: Verb.allCases) func whatIsKilledIsDoneByTheNextRun(_ verb: Verb) async throws {
        let whole = try await newFolder()
        let program = [HubProgram.path] + arguments(verb, in: whole.path)
        try #require(try await run(program, in: whole.path) == 0)
        let wanted = listing(whole.path)
        var random = RandomRun.numbers(71)
        var kills = 0
        for _ in 0..<RandomRun.rounds(8) {
            let folder = try await newFolder()
            let program = [HubProgram.path] + arguments(verb, in: folder.path)
            let call = try #require(Self.calls.randomElement(using: &random))
            // Few calls are made often; the last ones are where it matters.
            let number =
                call == "openat" ? Int.random(in: 5...60, using: &random) : Int.random(in: 1...8, using: &random)
            let killer = [
                "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)", "-e",
                "inject=\(call):signal=KILL:when=\(number)",
            ]
            // Some calls are not made so often, and then nothing was killed.
            if try await run(killer + program, in: folder.path) != 0 {
                kills += 1
                // A kill may also come when all is done; exports replace nothing.
                if listing(folder.path) != wanted {
                    #expect(try await run(program, in: folder.path) == 0, "\(call) \(number)")
                }
            }
            #expect(listing(folder.path) == wanted, "\(call) \(number)")
            try await check(verb, folder.path)
        }
        #expect(kills > 0)
    }

    private func check(_ verb: Verb, _ folder: String) async throws {
        switch verb {
        case .export, .tar, .compress:
            let archive = folder + (verb == .tar ? "/a.tar" : "/a.zip")
            let receipt = archive + ".receipt.json"
            #expect(try await run([HubProgram.path, "home", "verify", archive, "--receipt", receipt], in: folder) == 0)
        case .all:
            let verify = [HubProgram.path, "home", "verify", folder + "/archives", folder + "/homes"]
            #expect(try await run(verify, in: folder) == 0)
        case .import:
            let verify = [HubProgram.path, "home", "verify", folder + "/given.zip", folder + "/back"]
            #expect(try await run(verify, in: folder) == 0)
        case .move:
            let same = try await RealThings.runner().run(
                Invocation("diff", ["-r", "-x", ".hubfleet-move", folder + "/homes", folder + "/new"]))
            #expect(same.status == 0, "\(same.text)")
        case .verify, .report: break
        }
    }
}
