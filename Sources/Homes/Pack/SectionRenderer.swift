import Foundation

/// Makes the bytes of sections.
struct SectionRenderer {
    private let files: HomeFiles
    private let table: DigestTable
    private let format: ArchiveFormat

    init(_ files: HomeFiles, _ table: DigestTable, _ format: ArchiveFormat) {
        self.files = files
        self.table = table
        self.format = format
    }

    /// - Throws: `HomeError.outdated` when bytes of a file were given away that cannot be had again.
    func render(_ section: ArchiveSection) throws -> [UInt8] {
        let numbers = section.members.compactMap { member in
            if case .file(_, let index, _) = member.content { index } else { nil }
        }
        var slots = try numbers.first.map { try table.slots($0, count: numbers.count) } ?? []
        let bytes = try [UInt8](unsafeUninitializedCapacity: section.length) { buffer, count in
            let buffer = UnsafeMutableRawBufferPointer(buffer)
            var contents: [FileContents] = []
            var number = 0
            func put(_ bytes: [UInt8]) {
                UnsafeMutableRawBufferPointer(rebasing: buffer[count...]).copyBytes(from: bytes)
                count += bytes.count
            }
            for member in section.members {
                put(format.header(of: member))
                switch member.content {
                case .file(let entry, let index, _):
                    let place = count
                    let isNew = slots[number].progress != .done
                    slots[number] = try read(entry, index, slots[number], buffer, &count)
                    if isNew { contents.append(FileContents(number: number, rest: buffer[place..<count])) }
                    put(format.trailer(of: member, crc: slots[number].crc))
                    number += 1
                case .bytes(let bytes):
                    if format.contentLength(of: member) > 0 { put(bytes) }
                    put(format.trailer(of: member, crc: 0))
                case .manifest: break
                }
            }
            hash(contents, &slots)
        }
        try table.settle(numbers.first ?? 0, slots)
        return bytes
    }

    private func read(
        _ entry: HomeEntry, _ index: Int, _ known: DigestTable.Slot, _ buffer: UnsafeMutableRawBufferPointer,
        _ count: inout Int
    ) throws -> DigestTable.Slot {
        var copy = try ArchivedFileReading(entry, index: index, data: nil, of: files) {
            known.progress == .unread ? $0 : known
        }
        let end = count + Int(entry.size)
        while !copy.isFinished {
            guard case .bytes(let read) = copy.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count..<end]))
            else { break }
            count += read
        }
        return try copy.finish()
    }

    private func hash(_ contents: [FileContents], _ slots: inout [DigestTable.Slot]) {
        var rest = contents[...]
        LaneHashing.run {
            rest.popFirst()
        } done: { file, digest in
            (slots[file.number].sha256, slots[file.number].progress) = (digest, .done)
        }
    }
}

/// The bytes of a file in the memory.
private struct FileContents: HashSource {
    /// The number of the file in its section.
    let number: Int
    private var rest: UnsafeRawBufferPointer

    init(number: Int, rest: Slice<UnsafeMutableRawBufferPointer>) {
        self.number = number
        self.rest = UnsafeRawBufferPointer(UnsafeMutableRawBufferPointer(rebasing: rest))
    }

    mutating func next() -> UnsafeRawBufferPointer {
        defer { rest = UnsafeRawBufferPointer(start: nil, count: 0) }
        return rest
    }
}
