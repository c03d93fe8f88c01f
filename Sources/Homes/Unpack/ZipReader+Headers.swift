import Foundation

extension ZipReader {
    /// Compares what stands around a member's contents with the directory: Hubfleet needs the directory alone, other
    /// programs look here. Only for archives of Hubfleet, since others may have their ways.
    ///
    /// - Throws: `MemberFault`, `HomeError.notAnArchive`.
    func check(_ record: ZipDirectory.Record, _ header: [UInt8]) throws {
        let damaged = MemberFault(what: "its header is damaged: other programs may not unpack it")
        let (nameLength, extraLength) = (
            Int(LittleEndianReader.u16(header, 26)), Int(LittleEndianReader.u16(header, 28))
        )
        let names = try file.read(at: record.offset + 30, upTo: nameLength + extraLength)
        guard names.count == nameLength + extraLength, names.prefix(nameLength).elementsEqual(record.name),
            ZipExtra(names[nameLength...]).first == record.time, Array(header[4..<14]) == record.common
        else { throw damaged }
        let isLate = LittleEndianReader.u16(header, 6) & 8 != 0
        let extra = ZipExtra(names[nameLength...]).large
        let isLarge = LittleEndianReader.u32(header, 18) == .max
        guard extraLength == record.time.count + (isLarge ? 20 : 0) else { throw damaged }
        let sizes =
            isLarge ? extra : [LittleEndianReader.u32(header, 22), LittleEndianReader.u32(header, 18)].map(UInt64.init)
        // What is compressed has its sizes behind it alone.
        let right = isLate && record.method != 0 ? [0, 0] : [record.size, record.stored]
        guard sizes == right, LittleEndianReader.u32(header, 14) == (isLate ? 0 : record.crc) else { throw damaged }
        guard isLate else { return }
        let end = record.offset + 30 + UInt64(nameLength + extraLength) + record.stored
        guard try file.read(at: end, upTo: isLarge ? 24 : 16) == Self.descriptor(record, isLarge) else { throw damaged }
    }

    private static func descriptor(_ record: ZipDirectory.Record, _ isLarge: Bool) -> [UInt8] {
        var bytes = LittleEndianWriter()
        bytes.add(0x0807_4B50 as UInt32)
        bytes.add(record.crc)
        for size in [record.stored, record.size] {
            if isLarge { bytes.add(size) } else { bytes.add(UInt32(truncatingIfNeeded: size)) }
        }
        return bytes.bytes
    }
}
