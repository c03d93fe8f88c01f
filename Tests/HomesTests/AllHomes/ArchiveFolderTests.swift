import FleetTesting
import Foundation
import Testing
import Texts

@testable import Homes

@Suite(.tags(.medium))
struct ArchiveFolderTests {
    @Test func archivesAreNamedAfterTheirUsers() throws {
        let folder = try TemporaryFolder().write([
            "in/ada.zip": "", "in/ada.zip.receipt.json": "", "in/bob.l.tar.gz": "", "in/carl.tgz": "",
            "in/dora.ZIP": "",
            "in/eve.tar": "", "in/.hidden.zip": "", "in/eve.tar.part.state/mark": "", "in/notes.txt": "",
        ])
        let found = try ArchiveFolder(folder.path + "/in")
        #expect(found.archives.map(\.user) == ["ada", "bob.l", "carl", "eve"])
        #expect(found.archives.map(\.file) == ["ada.zip", "bob.l.tar.gz", "carl.tgz", "eve.tar"])
        #expect(found.others == ["dora.ZIP", "notes.txt"])
        #expect(found.path(of: found.archives[0]) == folder.path + "/in/ada.zip")
    }

    @Test func whatCannotBeWorkedOnIsSaid() throws {
        let folder = try TemporaryFolder().write(["none/notes": "", "two/ada.tar": "", "two/ada.zip": "", "file": ""])
        #expect(throws: ArchiveFolder.Failure.noArchives(folder.path + "/none")) {
            try ArchiveFolder(folder.path + "/none")
        }
        #expect(throws: ArchiveFolder.Failure.twice(user: "ada", files: ["ada.tar", "ada.zip"])) {
            try ArchiveFolder(ifFolder: folder.path + "/two")
        }
        #expect(try ArchiveFolder(ifFolder: folder.path + "/file") == nil)
        #expect(
            "\(ArchiveFolder.Failure.twice(user: "a\u{1B}", files: ["a\u{1B}.tar", "a\u{1B}.zip"]))"
                == "a%1B.tar and a%1B.zip are both of a%1B; leave one of them in the folder")
    }
}
