import Foundation
import Synchronization

/// The digests of files that were read for an archive, in a file with a slot for each file of a snapshot: a later
/// download, or the rest of an interrupted one, gives the same bytes or none.
final class DigestTable: Sendable {
    /// The slot of a file: how far it is read, and what came into the archive.
    struct Slot: Sendable, Equatable {
        /// The part of a file that is read.
        enum Progress: UInt8 { case unread, begun, done }

        var progress = Progress.unread
        var state = FileState.ok
        /// False when its bytes cannot be had a second time, because it changed while it was read.
        var isRepeatable = true
        var crc: UInt32 = 0
        var sha256 = [UInt8](repeating: 0, count: 32)
        /// The version whose bytes were taken; the file may have changed since the scan.
        var version = FileVersion(inode: 0, changed: 0)
    }

    private static let slotSize = 64
    private let path: String
    private let file: Mutex<Descriptor>

    /// Opens the table at a path, or begins one.
    init(_ path: String) throws {
        self.path = path
        file = Mutex(try Descriptor(creating: path, flags: 0))
    }

    func slot(_ index: Int) throws -> Slot { try slots(index, count: 1)[0] }

    /// The slots of files that follow one another.
    func slots(_ first: Int, count: Int) throws -> [Slot] {
        try file.withLock { try Self.read($0, first, count, path) }
    }

    /// Notes what came of a file.
    ///
    /// - Throws: `HomeError.outdated` when somebody else read other bytes meanwhile: only one of both can be right.
    func settle(_ index: Int, _ slot: Slot) throws { try settle(index, [slot]) }

    /// Notes what came of files that follow one another.
    ///
    /// - Throws: `HomeError.outdated` when somebody else read other bytes of one meanwhile.
    func settle(_ first: Int, _ slots: [Slot]) throws {
        guard !slots.isEmpty else { return }
        try file.withLock { file in
            for (present, slot) in zip(try Self.read(file, first, slots.count, path), slots) {
                let isSame = present.crc == slot.crc && present.sha256 == slot.sha256
                switch present.progress {
                case .unread: continue
                case .begun where present.version == slot.version: continue
                case .done where isSame: continue
                default: throw HomeError.outdated("a file of the home")
                }
            }
            try Self.write(file, first, slots, path)
        }
    }

    /// Says that bytes of a file were given away that cannot be had again, before all of it was read.
    func spoil(_ index: Int) throws {
        try file.withLock { file in
            var slot = try Self.read(file, index, 1, path)[0]
            guard slot.progress == .begun else { return }
            slot.isRepeatable = false
            try Self.write(file, index, [slot], path)
        }
    }

    /// Waits until all of it is on the disk.
    func synchronize() throws {
        try file.withLock { try $0.synchronize(path: path) }
    }

    /// Says that the bytes of a file are about to be taken from this version of it.
    ///
    /// - Returns: what the table says now; another reader may have been first, with another version.
    func claim(_ index: Int, _ slot: Slot) throws -> Slot {
        try file.withLock { file in
            let present = try Self.read(file, index, 1, path)[0]
            guard present.progress == .unread else { return present }
            try Self.write(file, index, [slot], path)
            return slot
        }
    }

    private static func read(_ file: Descriptor, _ first: Int, _ count: Int, _ path: String) throws -> [Slot] {
        let bytes = try file.read(upTo: count * slotSize, at: UInt64(first * slotSize), path: path)
        return try bytes.withUnsafeBytes { bytes in
            try (0..<count).map { index in
                let place = index * slotSize
                guard place + slotSize <= bytes.count else { return Slot() }
                guard let slot = Slot(UnsafeRawBufferPointer(rebasing: bytes[place..<(place + slotSize)])) else {
                    throw HomeError.brokenState(path, reason: "it is damaged")
                }
                return slot
            }
        }
    }

    private static func write(_ file: Descriptor, _ first: Int, _ slots: [Slot], _ path: String) throws {
        var records = LittleEndianWriter()
        records.bytes.reserveCapacity(slots.count * slotSize)
        for slot in slots { slot.add(to: &records) }
        var (rest, place) = (records.bytes[...], first * slotSize)
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { pwrite(file.number, $0.baseAddress, $0.count, off_t(place)) }
            if count <= 0 {
                let error = SystemError("pwrite")
                if count < 0, error.number == EINTR { continue }
                throw HomeError.notWritten(path, reason: error.reason)
            }
            rest = rest.dropFirst(count)
            place += count
        }
    }
}

extension DigestTable.Slot {
    /// - Parameter record: as `add` made it; nil when it is damaged.
    fileprivate init?(_ record: UnsafeRawBufferPointer) {
        // What nobody wrote yet is zeros.
        guard !record.allSatisfy({ $0 == 0 }) else {
            self.init()
            return
        }
        let checksum = UInt64(littleEndian: record.loadUnaligned(fromByteOffset: 56, as: UInt64.self))
        guard Self.checksum(UnsafeRawBufferPointer(rebasing: record[..<56])) == checksum,
            let progress = Progress(rawValue: record[0]), Int(record[1]) < FileState.allCases.count
        else {
            return nil
        }
        self.init(
            progress: progress, state: FileState.allCases[Int(record[1])], isRepeatable: record[2] == 1,
            crc: UInt32(littleEndian: record.loadUnaligned(fromByteOffset: 4, as: UInt32.self)),
            sha256: Array(record[8..<40]),
            version: FileVersion(
                inode: UInt64(littleEndian: record.loadUnaligned(fromByteOffset: 40, as: UInt64.self)),
                changed: Int64(littleEndian: record.loadUnaligned(fromByteOffset: 48, as: Int64.self))))
    }

    /// Not zero, as that of zeros would be.
    private static func checksum(_ record: UnsafeRawBufferPointer) -> UInt64 {
        var crc = CRC32()
        crc.update(record)
        return UInt64(crc.value) | 1 << 32
    }

    fileprivate func add(to record: inout LittleEndianWriter) {
        let start = record.bytes.count
        record.add(progress.rawValue)
        record.add(UInt8(FileState.allCases.firstIndex(of: state) ?? 0))
        record.add(UInt8(isRepeatable ? 1 : 0))
        record.add(0 as UInt8)
        record.add(crc)
        record.bytes += sha256
        record.add(version.inode)
        record.add(version.changed)
        record.add(record.bytes.withUnsafeBytes { Self.checksum(UnsafeRawBufferPointer(rebasing: $0[start...])) })
    }
}
