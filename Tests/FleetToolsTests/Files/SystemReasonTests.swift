import FleetTesting
import Foundation
import Testing

@testable import FleetTools

@Suite(.tags(.medium))
struct SystemReasonTests {
    /// What the system says, by way of Foundation's own calls.
    @Test func namesTheReasonOfTheSystem() throws {
        let folder = try TemporaryFolder().write(["file": ""])
        func reason(_ body: () throws -> Void) -> String {
            do {
                try body()
                return "no error"
            } catch {
                return SystemReason.of(error)
            }
        }
        let files = FileManager.default
        let missing = "No such file or directory"
        #expect(reason { _ = try files.contentsOfDirectory(atPath: folder.path + "/none") } == missing)
        #expect(
            reason { try files.createDirectory(atPath: folder.path + "/file/a", withIntermediateDirectories: true) }
                == "Not a directory")
        #expect(reason { try Data().write(to: URL(filePath: folder.path + "/none/a")) } == missing)
        #expect(reason { throw POSIXError(.ENOSPC) } == "No space left on device")
    }
}
