import FleetTesting
import Foundation
import Homes
import Testing
import Texts

@testable import FleetWeb

/// Where the service may keep its own things.
@Suite(.tags(.medium))
struct HomeServicePlacesTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder().write(["homes/ada/notes": "one"])
        symlink("homes", folder.path + "/link")
        symlink("link/ada", folder.path + "/links")
    }

    private func start(homes: String = "homes", state: String = "state", exports: String? = nil) throws {
        var settings = HomeServiceSettings(
            homes: "\(folder.path)/\(homes)", scheme: .plain, state: "\(folder.path)/\(state)")
        settings.exports = exports.map { "\(folder.path)/\($0)" }
        _ = try HomeServiceState(settings)
    }

    @Test(arguments: [
        "homes", "homes/st", "homes/.st", "homes/a/b/c", "link/st", "links/st", "state/../homes/st", "./homes//st/",
        "", "x/../homes/ada/../st",
    ])
    func keysAndArchivesOfAllAreNotKeptInHomes(_ place: String) throws {
        let before = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        for homes in ["homes", "link"] {
            #expect(throws: HomeServiceError.self) { try start(homes: homes, state: place) }
            #expect(throws: HomeServiceError.self) { try start(homes: homes, exports: place) }
        }
        #expect(try FileManager.default.subpathsOfDirectory(atPath: folder.path) == before, "nothing is made")
    }

    @Test(arguments: ["state", "homes2", "homes-state/a/b", "homes/../state", "a/homes"])
    func otherPlacesWill(_ place: String) throws { try start(state: place, exports: place + "-exports") }

    @Test func saysWhatToDo() throws {
        #expect(
            throws: HomeServiceError.folderInHomes(
                option: "--exports", folder: folder.path + "/homes/exports", homes: folder.path + "/homes")
        ) { try start(exports: "homes/exports") }
        #expect(
            throws: HomeServiceError.homesInFolder(
                option: "--state", folder: folder.path + "/", homes: folder.path + "/homes")
        ) { try start(state: "") }
        let texts = [
            HomeServiceError.folderInHomes(option: "--exports", folder: "/h/e", homes: "/h"),
            .homesInFolder(option: "--state", folder: "/", homes: "/h"),
        ].map(\.description)
        #expect(
            texts == [
                "--exports /h/e cannot be used: it is inside the folder of homes, /h, so users could download it; "
                    + "name a folder elsewhere",
                "--state / cannot be used: the folder of homes, /h, is inside it; name a folder of its own",
            ])
    }
}
