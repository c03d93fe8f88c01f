import Foundation
import Synchronization

/// What is known of the files of a snapshot that were read for an archive, in a file with a slot for each: a later
/// download, or the rest of an interrupted one, gives the same bytes or none.
final class DigestTable: Sendable {
    /// What became of a file in the archive.
    struct Slot: Sendable, Equatable {
        enum Progress: UInt8 { case unread, begun, done }

        var progress = Progress.unread
        var state = HomeManifest.State.ok
        /// False when its bytes cannot be had a second time, because it changed while it was read.
        var isRepeatable = true
        var crc: UInt32 = 0
        var sha256 = [UInt8](repeating: 0, count: 32)
        /// Of the file whose bytes were taken, which may have changed since the scan.
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

    func slot(_ index: Int) throws -> Slot { try file.withLock { try Self.read($0, index, path) } }

    /// Notes what came of a file.
    ///
    /// - Throws: `HomeError.outdated` when somebody else read other bytes meanwhile: only one of both can be right.
    func settle(_ index: Int, _ slot: Slot) throws {
        try file.withLock { file in
            let present = try Self.read(file, index, path)
            guard present.progress == .done else { return try Self.write(file, index, slot, path) }
            guard present.crc == slot.crc, present.sha256 == slot.sha256 else {
                throw HomeError.outdated("a file of the home")
            }
        }
    }

    /// Says that the bytes of a file are about to be taken from this version of it.
    ///
    /// - Returns: what the table says now; another reader may have been first, with another version.
    func claim(_ index: Int, _ slot: Slot) throws -> Slot {
        try file.withLock { file in
            let present = try Self.read(file, index, path)
            guard present.progress == .unread else { return present }
            try Self.write(file, index, slot, path)
            return slot
        }
    }

    private static func read(_ file: Descriptor, _ index: Int, _ path: String) throws -> Slot {
        let bytes = try file.read(upTo: slotSize, at: UInt64(index * slotSize), path: path)
        guard bytes.count == slotSize else { return Slot() }
        guard let progress = Slot.Progress(rawValue: bytes[0]), Int(bytes[1]) < HomeManifest.State.allCases.count else {
            throw HomeError.brokenState(path, reason: "it is damaged")
        }
        return bytes.withUnsafeBytes { raw in
            Slot(
                progress: progress, state: HomeManifest.State.allCases[Int(raw[1])], isRepeatable: raw[2] == 1,
                crc: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4, as: UInt32.self)),
                sha256: Array(raw[8..<40]),
                version: FileVersion(
                    inode: UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 40, as: UInt64.self)),
                    changed: Int64(littleEndian: raw.loadUnaligned(fromByteOffset: 48, as: Int64.self))))
        }
    }

    private static func write(_ file: Descriptor, _ index: Int, _ slot: Slot, _ path: String) throws {
        var record = Little()
        record.add(slot.progress.rawValue)
        record.add(UInt8(HomeManifest.State.allCases.firstIndex(of: slot.state) ?? 0))
        record.add(UInt8(slot.isRepeatable ? 1 : 0))
        record.add(0 as UInt8)
        record.add(slot.crc)
        record.bytes += slot.sha256
        record.add(slot.version.inode)
        record.add(slot.version.changed)
        record.add(0 as UInt64)
        let count = record.bytes.withUnsafeBytes {
            pwrite(file.number, $0.baseAddress, $0.count, off_t(index * slotSize))
        }
        guard count == slotSize else { throw HomeError.notWritten(path, reason: String(cString: strerror(errno))) }
    }
}
