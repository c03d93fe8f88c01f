import FleetTesting
import Foundation
import Testing

@testable import FleetTools

@Suite(.tags(.medium))
struct PlaceForStateTests {
    private func status(owner: uid_t, _ mode: mode_t) -> stat {
        var status = stat()
        status.st_uid = owner
        status.st_mode = S_IFDIR | mode
        return status
    }

    @Test func closesAFolderOfItsOwn() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a/b"
        for _ in 0..<2 {
            try PlaceForState.make(path)
            let facts = try FileManager.default.attributesOfItem(atPath: path)
            #expect(facts[.posixPermissions] as? Int == 0o700)
            chmod(path, 0o777)
        }
        try FileWriting.write("", to: folder.path + "/file")
        #expect(
            throws: FileError.notWritten(
                path: folder.path + "/file", reason: "a file is there, where a folder is wanted")
        ) { try PlaceForState.make(folder.path + "/file") }
    }

    /// As volumes of pods are: an empty folder of the node, a disk that the kubelet gave to the group, a plain disk.
    @Test(arguments: [(0o2777, true, true), (0o2775, true, true), (0o755, false, false), (0o1777, true, false)])
    func takesAVolumeAsItIsMounted(_ mode: Int, _ canWrite: Bool, _ isWell: Bool) {
        let volume = status(owner: 0, mode_t(mode))
        #expect(PlaceForState.isMounted(volume, account: 1000))
        #expect((PlaceForState.complaint(volume, canWrite: canWrite) == nil) == isWell)
    }

    @Test func refusesTheFolderOfAnotherAccount() {
        let folder = status(owner: 1001, 0o777)
        #expect(PlaceForState.isMounted(folder, account: 1000))
        #expect(PlaceForState.complaint(folder, canWrite: true)?.contains("the account 1001") == true)
        #expect(!PlaceForState.isMounted(folder, account: 1001))
        // Root can change everything, and closes it.
        #expect(!PlaceForState.isMounted(folder, account: 0))
    }
}
