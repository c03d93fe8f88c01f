import Foundation
import Synchronization

/// Small members of an archive that follow one another: their bytes are made at once.
struct ArchiveSection: Sendable {
    private(set) var members: [ArchiveMember] = []
    /// The length of the whole section in the archive, in bytes.
    private(set) var length = 0

    mutating func add(_ member: ArchiveMember, length: UInt64) {
        members.append(member)
        self.length += Int(length)
    }
}
