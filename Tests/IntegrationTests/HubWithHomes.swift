import FleetTesting
import FleetTools
import Foundation
import Testing

/// A real hub with homes that hold what nobody else may see.
struct HubWithHomes {
    let program: HubProgram
    let hub: HubProgram.Ready.Hub
    let folder: TemporaryFolder

    static func start(_ users: [String], size: Int = 2 << 20) async throws -> HubWithHomes {
        let folder = try TemporaryFolder()
        let made = try await HubProgram.run(["init", folder.path + "/fleet"])
        try #require(made.status == 0, "\(made.messages)")
        let program = try await HubProgram([
            "up", "local/staging", "-C", folder.path + "/fleet", "--state-dir", HubProgram.sharedState, "--format",
            "json",
        ])
        let hub = try #require(try await program.ready().hubs.first)
        for user in users { try plant(user, hub, size: size) }
        return HubWithHomes(program: program, hub: hub, folder: folder)
    }

    static func plant(_ user: String, _ hub: HubProgram.Ready.Hub, size: Int) throws {
        let home = "\(hub.folder)/homes/\(user)"
        try FileManager.default.createDirectory(atPath: home + "/notes/.old", withIntermediateDirectories: true)
        try Data("canary of \(user)\n".utf8).write(to: URL(filePath: home + "/canary.txt"))
        try Data("# \(user)\n".utf8).write(to: URL(filePath: home + "/notes/.old/a b.md"))
        var random = SplitMix(state: UInt64(user.utf8.reduce(0) { $0 &* 31 &+ Int($1) }))
        let words = (0..<size / 8).map { _ in random.next() }
        try words.withUnsafeBytes { try Data($0).write(to: URL(filePath: home + "/data.bin")) }
        symlink("../../etc/passwd", home + "/link")
    }

    func forget() {
        let fleet = URL(filePath: hub.folder).deletingLastPathComponent().deletingLastPathComponent()
        try? FileManager.default.removeItem(at: fleet)
    }

    /// The service that JupyterHub started.
    func service() -> Int32? {
        ProcessTable().processes(with: "HUBFLEET_HUB", hub.folder).first { entry in
            let line = FileManager.default.contents(atPath: "/proc/\(entry.id)/cmdline") ?? Data()
            return String(decoding: line, as: UTF8.self).contains("\0home\0serve\0")
        }?.id
    }
}
