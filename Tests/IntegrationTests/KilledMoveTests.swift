import FleetTesting
import FleetTools
import Foundation
import Testing

/// The built program, killed while it moves homes.
@Suite(.tags(.large), .serialized, .timeLimit(.minutes(20)))
struct KilledMoveTests {
    private struct Result: Decodable {
        struct Home: Decodable {
            let state: String
            let sourceRoot: String?
            let targetRoot: String?
        }

        let homes: [Home]
    }

    /// Many small files, some larger ones, folders and links.
    private func plant(_ homes: String, _ random: inout SplitMix) throws {
        for user in ["ada", "bob", "grace"] {
            for number in 0..<120 {
                let folder = "\(homes)/\(user)/f\(number % 7)/g\(number % 3)"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                let count = number % 40 == 0 ? 3 << 20 : Int.random(in: 0...5000, using: &random)
                let bytes = [UInt8](repeating: UInt8(number), count: count)
                try Data(bytes).write(to: URL(filePath: "\(folder)/\(number)"))
                if number % 10 == 0 { symlink("\(number)", "\(folder)/link\(number)") }
            }
        }
    }

    private func change(_ homes: String, _ random: inout SplitMix) throws {
        let number = Int.random(in: 0..<120, using: &random)
        let file = "\(homes)/bob/f\(number % 7)/g\(number % 3)/\(number)"
        try? FileManager.default.removeItem(atPath: file)
        if Bool.random(using: &random) { try Data("new \(random.next())".utf8).write(to: URL(filePath: file)) }
    }

    /// `limit`: seconds after which it is killed, by a program that no busy test holds up.
    private func start(_ arguments: [String], killedAfter limit: Double? = nil, output: URL) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: limit == nil ? HubProgram.path : "/usr/bin/timeout")
        process.arguments = (limit.map { ["-s", "KILL", "\($0)", HubProgram.path] } ?? []) + arguments
        process.environment = ["CI": "true"]
        try Data().write(to: output)
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    @Test func aMoveThatIsKilledAtAnyPointGoesOn() async throws {
        var random = SplitMix(state: 41)
        let folder = try TemporaryFolder()
        let (old, new) = (folder.path + "/old", folder.path + "/new")
        try plant(old, &random)
        try FileManager.default.createDirectory(atPath: new, withIntermediateDirectories: false)
        let output = URL(filePath: folder.path + "/result.json")
        let arguments = ["home", "move", "--from", old, "--to", new, "--final", "--format", "json"]
        // Some are killed, however fast the machine is: the time goes down when one ended by itself, and up again.
        var (kills, longest) = (0, 0.1)
        while kills < 20 {
            let limit = Double.random(in: (longest / 4)...longest, using: &random)
            let process = try start(arguments, killedAfter: limit, output: output)
            process.waitUntilExit()
            // By the way it ended: one that gave up by itself is not counted.
            let isKilled =
                process.terminationStatus == 128 + SIGKILL || process.terminationReason == .uncaughtSignal
            if isKilled { kills += 1 }
            longest = isKilled ? min(longest * 1.3, 2) : longest / 2
            try change(old, &random)
            await Task.yield()
        }
        let last = try start(arguments, output: output)
        last.waitUntilExit()
        #expect(last.terminationStatus == 0)
        let result = try JSONDecoder().decode(Result.self, from: Data(contentsOf: output))
        #expect(result.homes.count == 3)
        for home in result.homes {
            #expect(home.state == "same")
            #expect(home.sourceRoot == home.targetRoot)
        }
        let difference = try await RealThings.runner().run(
            Invocation("diff", ["-r", "--no-dereference", "-x", ".hubfleet-move", old, new]))
        #expect(difference.status == 0, "\(difference.text.prefix(500))")
    }
}
