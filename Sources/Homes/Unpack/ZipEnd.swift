/// The end of a ZIP archive, which says where its directory is.
struct ZipEnd {
    /// The place of the directory in the file.
    let offset: UInt64
    /// The length of the directory, in bytes.
    let size: UInt64
    /// Bytes before the archive, such as a program that unpacks it: places in it are counted without them.
    let shift: UInt64
    /// The number of members that it says.
    let count: UInt64
    /// Whether there is room for more than 65,535 in that number.
    private let isLarge: Bool

    /// Whether the directory has as many members as is said. Programs without ZIP64 let the number overflow.
    func fits(_ members: Int) -> Bool { isLarge ? count == UInt64(members) : count == UInt64(members & 0xFFFF) }

    private static let length = 22
    /// The length of the end in ZIP64, and of what leads to it.
    private static let (largeLength, locatorLength) = (56, 20)

    /// Finds the end. Bytes may stand behind it, as they may before the archive: other programs pass over them.
    ///
    /// - Throws: `HomeError.notAnArchive`.
    static func find(in file: ArchiveSource) throws -> ZipEnd {
        // A comment of up to 65,535 bytes may stand at the end.
        let count = Int(min(file.length, UInt64(65_535 + length + largeLength + locatorLength)))
        let start = file.length - UInt64(count)
        let tail = try file.read(at: start, upTo: count)
        let places = stride(from: tail.count - length, through: 0, by: -1).filter {
            $0 >= 0 && LittleEndianReader.u32(tail, $0) == 0x0605_4B50
        }
        func reach(_ place: Int) -> Int { place + length + Int(LittleEndianReader.u16(tail, place + 20)) }
        // Whose comment ends with the file comes first: a comment may hold anything.
        let order = places.filter { reach($0) == tail.count } + places.filter { reach($0) < tail.count }
        guard !order.isEmpty else {
            throw file.broken("it ends too early, or is no ZIP or tar archive; resume its download")
        }
        for place in order {
            if let found = try read(tail, place, at: start + UInt64(place), file) { return found }
        }
        throw file.broken("its directory is damaged")
    }

    /// The end at a place; nil when no directory stands where it says.
    private static func read(_ tail: [UInt8], _ place: Int, at position: UInt64, _ file: ArchiveSource) throws
        -> ZipEnd?
    {
        var size = UInt64(LittleEndianReader.u32(tail, place + 12))
        var offset = UInt64(LittleEndianReader.u32(tail, place + 16))
        var count = UInt64(LittleEndianReader.u16(tail, place + 10))
        var end = position
        let isLarge = size == UInt64(UInt32.max) || offset == UInt64(UInt32.max) || count == UInt64(UInt16.max)
        var hasLarge = false
        if isLarge, place >= locatorLength, LittleEndianReader.u32(tail, place - locatorLength) == 0x0706_4B50 {
            let said = LittleEndianReader.u64(tail, place - locatorLength + 8)
            // Where it should be without bytes before the archive, or right before what leads to it.
            let near = position.subtractingReportingOverflow(UInt64(locatorLength + largeLength)).partialValue
            guard let (record, at) = try largeEnd(file, [near, said]) else { return nil }
            size = LittleEndianReader.u64(record, 40)
            offset = LittleEndianReader.u64(record, 48)
            count = LittleEndianReader.u64(record, 32)
            (end, hasLarge) = (at, true)
        }
        guard size < 1 << 32, size <= end else { return nil }
        // The directory ends where the end begins; some leave a signature between them.
        for place in [end - size, offset] where place >= offset && place <= end - size {
            let head = try file.read(at: place, upTo: 4)
            guard size == 0 || head.count == 4 && LittleEndianReader.u32(head, 0) == 0x0201_4B50 else { continue }
            return ZipEnd(offset: place, size: size, shift: place - offset, count: count, isLarge: hasLarge)
        }
        return nil
    }

    private static func largeEnd(_ file: ArchiveSource, _ places: [UInt64]) throws -> (record: [UInt8], place: UInt64)?
    {
        for place in places {
            let record = try file.read(at: place, upTo: largeLength)
            if record.count == largeLength, LittleEndianReader.u32(record, 0) == 0x0606_4B50 { return (record, place) }
        }
        return nil
    }
}
