/// One thing of a snapshot as it stands in its file: fixed fields, then the path, then what its kind asks for.
struct EntryRecord: Sendable, Equatable {
    /// The thing of a record: in the home, or missing from the archive.
    enum Content: Sendable, Equatable {
        /// `data` is where a file with holes has its bytes; nil for one without.
        case entry(HomeEntry, data: [Range<Int64>]?)
        case problem(HomeProblem)
    }

    static let headerSize = 56
    let content: Content

    /// Little-endian numbers: kind, reason, permissions, lengths of path and rest, time, size, inode, change, allocation.
    var bytes: [UInt8] {
        var record = LittleEndianWriter()
        switch content {
        case .problem(let problem):
            record.add(3 as UInt8)
            record.add(UInt8(HomeProblem.Reason.allCases.firstIndex(of: problem.reason) ?? 0))
            record.add(0 as UInt16)
            record.add(UInt32(problem.path.count))
            for _ in 0..<6 { record.add(0 as Int64) }
            return record.bytes + problem.path
        case .entry(let entry, let data):
            var rest = LittleEndianWriter()
            switch entry.kind {
            case .directory: record.add(0 as UInt8)
            case .file: record.add(1 as UInt8)
            case .link(let target):
                record.add(2 as UInt8)
                rest.bytes = target
            }
            for range in data ?? [] {
                rest.add(range.lowerBound)
                rest.add(range.upperBound)
            }
            record.add(UInt8(data == nil ? 0 : 1))
            record.add(UInt16(entry.permissions))
            record.add(UInt32(entry.path.count))
            record.add(UInt64(rest.bytes.count))
            record.add(entry.modified)
            record.add(entry.size)
            record.add(entry.version.inode)
            record.add(entry.version.changed)
            record.add(entry.allocated)
            return record.bytes + entry.path + rest.bytes
        }
    }

    init(_ content: Content) { self.content = content }

    /// The length of a whole record, by its fixed fields; nil when they are damaged.
    static func length(_ header: UnsafeRawBufferPointer) -> Int? {
        let rest: UInt64 = number(header, 8)
        let path: UInt32 = number(header, 4)
        return rest < 1 << 30 && path < 1 << 20 ? headerSize + Int(path) + Int(rest) : nil
    }

    /// - Parameter record: all bytes of one record.
    init?(_ record: UnsafeRawBufferPointer) {
        func field<Value: FixedWidthInteger>(_ offset: Int) -> Value { Self.number(record, offset) }
        let pathLength: UInt32 = field(4)
        let path = [UInt8](record[Self.headerSize..<(Self.headerSize + Int(pathLength))])
        let rest = UnsafeRawBufferPointer(rebasing: record[(Self.headerSize + Int(pathLength))...])
        let kind: HomeEntry.Kind
        switch record[0] {
        case 0: kind = .directory
        case 1: kind = .file(size: field(24))
        case 2: kind = .link(target: [UInt8](rest))
        default:
            guard record[0] == 3, Int(record[1]) < HomeProblem.Reason.allCases.count else { return nil }
            content = .problem(HomeProblem(path: path, reason: HomeProblem.Reason.allCases[Int(record[1])]))
            return
        }
        let permissions: UInt16 = field(2)
        let entry = HomeEntry(
            path: path, kind: kind, permissions: UInt32(permissions), modified: field(16),
            version: FileVersion(inode: field(32), changed: field(40)), allocated: field(48))
        content = .entry(entry, data: record[1] == 1 ? Self.ranges(rest) : nil)
    }

    private static func ranges(_ bytes: UnsafeRawBufferPointer) -> [Range<Int64>] {
        stride(from: 0, to: bytes.count - 15, by: 16).compactMap { offset in
            let start: Int64 = number(bytes, offset)
            let end: Int64 = number(bytes, offset + 8)
            return start <= end ? start..<end : nil
        }
    }

    private static func number<Value: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Value {
        Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
    }
}
