import FleetTesting
import FleetTools
import Foundation
import Testing
import Texts

@testable import Homes

@Suite(.tags(.small))
struct FolderSchemeTests {
    @Test(arguments: [
        ("ada", "ada", "ada"), ("ada.l", "ada-2el", "ada-l---8debcb8d"), ("a-b", "a-2db", "a-b"),
    ])
    func foldersAreThoseOfTheSpawner(_ user: String, _ escape: String, _ safe: String) {
        #expect(FolderScheme.plain.folderName(for: user) == user)
        #expect(FolderScheme.escape.folderName(for: user) == escape)
        #expect(FolderScheme.safe.folderName(for: user) == safe)
    }

    @Test(arguments: ["", ".", "..", "a/b", "/", "a\0b", String(repeating: "a", count: 256)])
    func whatIsNoFolderIsRefused(_ name: String) {
        #expect(FolderScheme.plain.folderName(for: name) == nil)
    }

    @Test func escapedNamesThatAreTooLongAreRefused() {
        #expect(FolderScheme.escape.folderName(for: String(repeating: "A", count: 85))?.count == 255)
        #expect(FolderScheme.escape.folderName(for: String(repeating: "A", count: 86)) == nil)
        #expect(FolderScheme.escape.folderName(for: "") == nil)
        #expect(FolderScheme.escape.folderName(for: "..") == "-2e-2e")
    }

    @Test func onlyWhatIsCertainIsUndone() {
        #expect(FolderScheme.escape.user(ofFolder: "ada-2el-40x") == "ada.l@x")
        for odd in ["ada-2El", "ada-2", "ada-", "Ada", "ada-61", "ada-zz", "caf-e9", ""] {
            #expect(FolderScheme.escape.user(ofFolder: odd) == nil, "\(odd)")
        }
        #expect(FolderScheme.safe.user(ofFolder: "ada-l") == "ada-l")
        #expect(FolderScheme.safe.user(ofFolder: "ada-l---0123abcd") == nil)
        #expect(FolderScheme.plain.user(ofFolder: "Ada L") == "Ada L")
    }

    @Test func namesAreUndoneToThemselves() {
        var random = SplitMix(state: 11)
        for _ in 0..<2000 {
            let name = RandomNames.next(&random)
            guard let folder = FolderScheme.escape.folderName(for: name) else { continue }
            // Control characters have one digit, which cannot be told from others.
            if name.unicodeScalars.allSatisfy({ $0.value >= 0x10 }) {
                #expect(FolderScheme.escape.user(ofFolder: folder) == name)
            }
        }
    }

    /// The real functions of the spawner, for thousands of names at once.
    @Test(.needsChartTools, .tags(.medium)) func everyNameGivesWhatKubeSpawnerMakesOfIt() async throws {
        var random = SplitMix(state: 5)
        let names = RandomNames.odd + (0..<5000).map { _ in RandomNames.next(&random) }
        let folder = try TemporaryFolder()
        try JSONEncoder().encode(names).write(to: URL(filePath: folder.path + "/names.json"))
        let program = """
            import json, sys
            from kubespawner.slugs import escape_slug, safe_slug
            names = json.load(open(sys.argv[1], encoding="utf-8"))
            print(json.dumps([[escape_slug(name), safe_slug(name, max_length=48)] for name in names]))
            """
        let output = try await RealThings.runner().run(
            Invocation(RealThings.chartPython, ["-c", program, folder.path + "/names.json"]))
        try #require(output.status == 0, "\(output.standardError)")
        let expected = try JSONDecoder().decode([[String]].self, from: Data(output.text.utf8))
        try #require(expected.count == names.count)
        for (name, slugs) in zip(names, expected) {
            let isFolder = !slugs[0].isEmpty && slugs[0].utf8.count <= 255
            #expect(
                FolderScheme.escape.folderName(for: name) == (isFolder ? slugs[0] : nil), "\(name.debugDescription)")
            #expect(FolderScheme.safe.folderName(for: name) == slugs[1], "\(name.debugDescription)")
        }
    }
}
