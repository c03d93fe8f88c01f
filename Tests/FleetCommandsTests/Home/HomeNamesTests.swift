import ArgumentParser
import FleetTesting
import FleetTools
import Foundation
import Homes
import Receipts
import Testing
import Texts

@testable import FleetCommands

/// Names of homes that are not what they seem: two forms of one, links, and signs that cannot be seen.
@Suite(.tags(.medium))
struct HomeNamesTests {
    private func test(_ files: [String: String]) throws -> CommandCase {
        let folder = try TemporaryFolder().write(files)
        let key = try ReceiptKey.loadOrMake(folder.path + "/key.pem")
        return CommandCase(folder: try folder.write(["key.pub": key.publicKey]))
    }

    private let all = ["home", "export", "--from", "homes", "--all", "--to", "out/", "--key", "key.pem"]

    @Test(arguments: NormalForms.all)
    func eachOfTwoNamesIsExportedByItself(_ names: NormalForms) async throws {
        let test = try test([:])
        try test.folder.write(["homes/\(names.one)/a": "1"])
        try test.folder.write(["homes/\(names.other)/a": "22"])
        for name in [names.one, names.other] {
            try await test.run(
                "home", "export", "--from", "homes", "--user", name, "--to", "out/", "--key", "key.pem")
        }
        try await test.run(all)
        #expect(test.output.messages.last == "0 homes with 0 B archived, 2 were there already")
        try await test.run("home", "verify", "out", "homes", "--public-key", "key.pub")
        #expect(test.output.results.hasSuffix("2 archives: all well"))
    }

    /// An archive whose owner is not the one that its file is called after.
    @Test func anArchiveOfAStrangerIsNotAllWell() async throws {
        let test = try test(["homes/ada/a": "a", "homes/bob/b": "b"])
        try await test.run(all)
        for end in ["", SignedReceipt.suffix] {
            rename("\(test.folder.path)/out/bob.zip\(end)", "\(test.folder.path)/out/eve.zip\(end)")
        }
        await #expect(throws: ExitCode(1)) { try await test.run("home", "verify", "out") }
        #expect(
            test.output.results.contains(
                "eve.zip: MANIFEST.json: it says that this is the home of bob, not of eve"))
        #expect(test.output.results.hasSuffix("2 archives: 1 not as they should be"))
    }

    /// A hub names folders, and so archives, after its users in three ways: none of them makes a stranger.
    @Test func anArchiveCalledAfterTheFolderIsWell() async throws {
        let test = try test(["homes/ada-2el/a": "a", "out/.keep": ""])
        let key = try ReceiptKey(file: test.folder.path + "/key.pem")
        let path = test.folder.path
        _ = try AllHomesExport(from: path + "/homes", to: path + "/out", key: key)
            .run([AllHomesExport.Home(folder: "ada-2el", owner: "ada.l")])
        try await test.run("home", "verify", "out")
        #expect(test.output.results.hasSuffix("1 archive: all well"))
    }

    @Test func aLinkIsNoHomeWhoeverAsks() async throws {
        let test = try test(["homes/ada/a": "a", "elsewhere/secret": "never", "out/.keep": ""])
        let path = test.folder.path
        symlink("../elsewhere", path + "/homes/eve")
        try await test.run(all)
        #expect(test.output.messages.first?.hasPrefix("eve: a link to a folder") == true)
        #expect(!test.folder.exists("out/eve.zip"))
        let one = ["home", "export", "--from", "homes", "--user", "eve", "--to", "out/", "--key", "key.pem"]
        await #expect(throws: HomeError.link(path + "/homes/eve")) { try await test.run(one) }
        #expect(!test.folder.exists("out/eve.zip"))
        await #expect(throws: (any Error).self) {
            try await test.run("home", "move", "--from", "homes", "--to", "out", "--user", "eve")
        }
        // Of a folder of archives, none is written through a link, and none is compared with what is behind it.
        try FileManager.default.createDirectory(atPath: path + "/back", withIntermediateDirectories: false)
        symlink("../elsewhere", path + "/back/ada")
        try FileManager.default.copyItem(atPath: path + "/out/ada.zip", toPath: path + "/out/bob.zip")
        await #expect(throws: ExitCode.self) { try await test.run("home", "import", "out", "--to", "back") }
        #expect(!test.folder.exists("elsewhere/a") && test.folder.exists("back/bob/a"))
        #expect(test.output.messages.contains { $0.contains("back/ada is a link, and so no home") })
        await #expect(throws: ExitCode(1)) { try await test.run("home", "verify", "out", "back") }
        #expect(test.output.results.contains("back/ada is a link, and so no home"))
    }

    /// What an archive says is shown without signs that turn a line about, hide or steer.
    @Test func whatCannotBeSeenIsShownEscaped() async throws {
        let (name, evil) = ("ad\u{202E}a\u{200B}", "x\u{202E}gpj\u{9B}2J")
        let test = try test(["homes/\(name)/\(evil)": "a", "homes/bob/b": "b"])
        #expect(mkfifo("\(test.folder.path)/homes/\(name)/p\(evil)", 0o600) == 0)
        symlink("../bob", "\(test.folder.path)/homes/li\(evil)")
        try? await test.run(all)
        try? await test.run("home", "verify", "out", "homes")
        try? await test.run("home", "report", "--from", "homes")
        try? await test.run("home", "report", "--from", "homes", "--format", "json")
        try? await test.run("home", "move", "--from", "homes", "--to", "out", "--dry-run")
        try? await test.run("home", "import", "out", "--to", "back", "--key", "key.pem")
        let shown = test.output.results + test.output.messages.joined(separator: "\n")
        #expect(shown.contains("ad\\u{202E}a\\u{200B}"))
        #expect(shown.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0.value < 0x7F })
    }
}
