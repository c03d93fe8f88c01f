import FleetTesting
import Foundation
import Testing

@testable import Homes

@Suite(.tags(.small))
struct SystemErrorTests {
    /// Another call in between must not change what is said of the first.
    @Test func theReasonIsThatOfItsOwnCall() {
        let error = #expect(throws: SystemError.self) {
            try SystemCall.make("openat", "/no/such/file".utf8) { openat(AT_FDCWD, $0, O_RDONLY) }
        }
        _ = close(-1)
        #expect(errno == EBADF)
        #expect(error == SystemError("openat", "/no/such/file".utf8, number: ENOENT))
        #expect(error?.reason == "No such file or directory")
        #expect(error?.isGone == true)
    }

    @Test func aFailureThatIsNoneIsPassedOver() throws {
        #expect(try SystemCall.make("mkdirat", "/".utf8, unless: EEXIST) { mkdirat(AT_FDCWD, $0, 0o700) } == -1)
        #expect(throws: SystemError("mkdirat", "/".utf8, number: EEXIST)) {
            try SystemCall.make("mkdirat", "/".utf8) { mkdirat(AT_FDCWD, $0, 0o700) }
        }
    }

    @Test func callsAboutDescriptorsAreChecked() throws {
        #expect(throws: SystemError("fcntl", number: EBADF)) { try SystemCall.check("fcntl", fcntl(-1, F_GETFD)) }
        #expect(try SystemCall.check("lseek", 7) == 7)
    }

    @Test func pathsOfAnyBytesAreShown() {
        #expect("\(SystemError("openat", [0x61, 0xFF], number: EACCES))" == "openat a%FF: Permission denied")
    }

    @Test func wantOfRoomIsNoMissingFile() throws {
        try Shortage.check(SystemError("openat", number: ENOENT))
        for number in [EMFILE, ENFILE, ENOMEM] {
            #expect(throws: HomeError.shortage(SystemError("", number: number).reason)) {
                try Shortage.check(SystemError("openat", number: number))
            }
        }
    }
}
