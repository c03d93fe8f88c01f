/// Where everything of an archive stands, known from the scan alone: a download has a length from its first byte on, and
/// can be resumed at any.
package struct ZipLayout: Sendable {
    package let members: [ZipMember]
    /// Where each member's header begins.
    package let offsets: [UInt64]
    package let centralOffset: UInt64
    package let centralSize: UInt64
    /// The length of the whole archive, in bytes.
    package let length: UInt64

    package init(_ members: [ZipMember]) {
        var offset: UInt64 = 0
        var central: UInt64 = 0
        var offsets: [UInt64] = []
        offsets.reserveCapacity(members.count)
        for member in members {
            offsets.append(offset)
            central += UInt64(ZipRecord.central(member, offset: offset, crc: 0).count)
            offset += UInt64(ZipRecord.localHeader(member).count) + member.size
            offset += UInt64(ZipRecord.descriptor(member, crc: 0).count)
        }
        self.members = members
        self.offsets = offsets
        centralOffset = offset
        centralSize = central
        length = offset + central + UInt64(ZipRecord.end(count: members.count, offset: offset, size: central).count)
    }
}
