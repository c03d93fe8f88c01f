import FleetTesting
import FleetTools
import Foundation
import Testing
import Texts

@testable import Homes

/// Names in ZIP archives, as other programs unpack them.
@Suite(.tags(.medium))
struct ZipNamesTests {
    /// What a name may hold: signs that look like an escape, bytes that are no UTF-8, control characters.
    private static let names: [[UInt8]] =
        [
            "100%", "%41", "%", "%zz", "a%FFb", "with space", "ünïcode ☃", "back\\slash", "\u{202E}turned", "e\u{301}",
            "é", "\u{FFFD}FF", "\u{FFFD}", "new\nline",
        ]
        .map { Array($0.utf8) } + [[0xFF], Array("caf".utf8) + [0xE9], [0x25, 0x34, 0x31, 0xFF]]

    /// The names that other programs give those that are not UTF-8 or look as if they stood for one.
    private static let others: [[UInt8]: [UInt8]] = Dictionary(
        uniqueKeysWithValues: [
            ([0xFF], "\u{FFFD}FF"), (Array("caf".utf8) + [0xE9], "caf\u{FFFD}E9"),
            ([0x25, 0x34, 0x31, 0xFF], "%41\u{FFFD}FF"), (Array("\u{FFFD}FF".utf8), "\u{FFFD}EF\u{FFFD}BF\u{FFFD}BDFF"),
        ].map { ($0.0, Array($0.1.utf8)) })

    private func listing(_ folder: String) throws -> [[UInt8]] {
        var names: [[UInt8]] = []
        try HomeWalk(folder).run { if case .entry(let entry) = $0 { names.append(entry.path) } }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// A name is that name in everybody's program; of those that are not UTF-8 that is said of which the README speaks.
    @Test(
        arguments: [
            ["unzip", "-q", "-^", "ARCHIVE", "-d", "TO"], ["bsdtar", "-C", "TO", "-xf", "ARCHIVE"],
            ["7z", "x", "-bd", "-oTO", "ARCHIVE"],
        ], [false, true])
    func namesAreWhatTheyAre(_ command: [String], _ isCompressed: Bool) async throws {
        let folder = try TemporaryFolder().write(["home/plain": "x"])
        // bsdtar makes one character of two that look like it.
        let names = Self.names.filter { command[0] != "bsdtar" || $0 != Array("e\u{301}".utf8) }
        for name in names {
            let path = Array((folder.path + "/home/").utf8) + name
            let file = CString.with(path) { open($0, O_WRONLY | O_CREAT | O_EXCL, 0o644) }
            try #require(file >= 0)
            close(file)
        }
        let archive = folder.path + "/a.zip"
        let export = HomeExport(of: folder.path + "/home", owner: "ada", format: .zip)
        _ = try export.run(to: archive, isCompressed: isCompressed)
        try FileManager.default.createDirectory(atPath: folder.path + "/to", withIntermediateDirectories: true)
        let arguments = command.map {
            $0.replacing("ARCHIVE", with: archive).replacing("TO", with: folder.path + "/to")
        }
        let output = try await RealThings.runner().run(
            Invocation(arguments[0], Array(arguments.dropFirst()), environment: ["LC_ALL": "C.UTF-8"]))
        #expect(output.status == 0, "\(output.standardError)")
        let expected = try listing(folder.path + "/home").map { Self.others[$0] ?? $0 }
        #expect(try listing(folder.path + "/to/home") == expected.sorted { $0.lexicographicallyPrecedes($1) })
        _ = try HomeImport(archive, to: folder.path + "/back").run()
        #expect(try listing(folder.path + "/back") == listing(folder.path + "/home"))
        #expect(try HomeVerification(archive).faults == [])
    }

    @Test func thoseOfTheFirstFormAreStillRead() throws {
        let folder = try TemporaryFolder()
        let archive = folder.path + "/first.zip"
        try #require(FirstArchive.data).write(to: URL(filePath: archive))
        #expect(try HomeVerification(archive).faults == [])
        _ = try HomeImport(archive, to: folder.path + "/back").run()
        let names = [Array("%41".utf8), Array("caf".utf8) + [0xE9], Array("new\nline".utf8)]
        #expect(try listing(folder.path + "/back") == names)
    }
}
