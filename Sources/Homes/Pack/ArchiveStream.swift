import Foundation
import Texts

/// Gives the bytes of a snapshot's archive from any place on, piece by piece, with little memory.
///
/// Archives of one snapshot are equal byte for byte, also when one is put together from parts that were made at
/// different times: what was read before is checked, and a file that can no longer be had as it was ends the stream.
package final class ArchiveStream {
    /// The result of a stream that reached its end.
    package struct Result: Sendable, Equatable {
        /// SHA-256 over the manifest: the same for the same home of the same owner.
        package let root: String
        /// SHA-256 over the manifest's entries: the same for the same home, whoever has it.
        package let tree: String
        /// Files that changed or vanished while they were read, the first thousand.
        package let changed: [HomeProblem]
        package let changedCount: Int
    }

    /// The bytes of one piece.
    package static let pieceSize = 1 << 18

    /// The part of the archive at which the stream is.
    private enum Phase {
        case members
        case file(ArchivedFileReading, ArchiveMember)
        case manifest(ManifestText, ArchiveMember)
        case directory(DirectoryText)
        case end([UInt8])
        case finished
    }

    /// Two threads do better with fewer sections.
    private static let threadedSectionSize = 1 << 19

    private let pieceSize: Int
    private let isWanted: @Sendable () -> Bool
    private let snapshot: HomeSnapshot
    private let format: ArchiveFormat
    private let start: UInt64
    private let end: UInt64
    private let files: HomeFiles
    private let table: DigestTable
    private let renderer: SectionRenderer
    private let ahead: AheadThread?
    private var units: UnitWindow

    private var phase = Phase.members
    /// The place of the next byte in the archive.
    private var position: UInt64 = 0
    /// The hasher of the file that is read; nil when its digest is known, or comes from `ahead`.
    private var hasher: FileHasher?
    /// The slots of files whose digests are still to come from `ahead`.
    private var late: [Int: DigestTable.Slot] = [:]
    private var manifestCRC = CRC32()
    /// The bytes of all files before the current one.
    private var bytesBefore: Int64 = 0

    /// Files that were copied or passed over so far.
    package private(set) var filesDone = 0
    /// Known once all of the archive was given.
    package private(set) var result: Result?

    /// - Parameters:
    ///   - snapshot: what is archived.
    ///   - format: of the archive.
    ///   - start: the first byte that is wanted.
    ///   - end: the byte after the last one that is wanted; nil: all.
    ///   - pieceSize: how many bytes are given at once, about.
    ///   - isWanted: whether somebody still waits; asked between pieces, also between those that are only counted.
    /// - Throws: `HomeError`.
    package convenience init(
        _ snapshot: HomeSnapshot, _ format: ArchiveFormat, from start: UInt64 = 0, to end: UInt64? = nil,
        pieceSize: Int = ArchiveStream.pieceSize, isWanted: @escaping @Sendable () -> Bool = { true }
    ) throws {
        try self.init(snapshot, format, from: start, to: end, pieceSize: pieceSize, ahead: nil, isWanted: isWanted)
    }

    /// `ahead`: a thread of the stream's own that works ahead.
    init(
        _ snapshot: HomeSnapshot, _ format: ArchiveFormat, from start: UInt64 = 0, to end: UInt64? = nil,
        pieceSize: Int = ArchiveStream.pieceSize, ahead: AheadThread?,
        isWanted: @escaping @Sendable () -> Bool = { true }
    ) throws {
        self.pieceSize = pieceSize
        self.isWanted = isWanted
        self.snapshot = snapshot
        self.format = format
        self.start = start
        self.end = min(end ?? .max, snapshot.summary.length(format))
        self.ahead = ahead
        files = try HomeFiles(snapshot.summary.home.text)
        table = try snapshot.table(format)
        renderer = SectionRenderer(files, table, format)
        ahead?.begin(table, format)
        let sectionSize = ahead == nil ? pieceSize : Self.threadedSectionSize
        units = UnitWindow(
            try UnitCursor(snapshot, format, from: start, sectionSize: sectionSize), ahead, end: self.end)
    }

    deinit { ahead?.abandon() }

    /// The next bytes, now and then none; nil at the end.
    ///
    /// - Throws: `HomeError.outdated` when a file is no longer what it was, and `CancellationError`, also when nobody waits.
    package func next() throws -> [UInt8]? {
        while position < end {
            try Task.checkCancellation()
            guard isWanted() else { throw CancellationError() }
            guard let piece = try makePiece() else { break }
            let begin = position
            position += UInt64(piece.count)
            guard position > start else { continue }
            let first = start > begin ? Int(start - begin) : 0
            let last = position > end ? piece.count - Int(position - end) : piece.count
            return first == 0 && last == piece.count ? piece : Array(piece[first..<last])
        }
        return nil
    }

    /// The bytes at `position`, perhaps none; nil behind the end.
    private func makePiece() throws -> [UInt8]? {
        switch phase {
        case .members: return try beginUnit()
        case .file(var copy, let member):
            // The copy is changed in place: nothing else may hold it.
            phase = .finished
            let piece = try read(&copy, member)
            phase = copy.isFinished ? .members : .file(copy, member)
            return piece
        case .manifest(var text, let member):
            phase = .finished
            if let bytes = try text.next() {
                bytes.withUnsafeBytes { manifestCRC.update($0) }
                phase = .manifest(text, member)
                return bytes
            }
            result = Result(
                root: text.root, tree: text.tree, changed: text.changed, changedCount: text.changedCount)
            phase = .members
            return format.trailer(of: member, crc: manifestCRC.value)
        case .directory(var text):
            phase = .finished
            guard let bytes = try text.next() else { return nil }
            phase = .directory(text)
            return bytes
        case .end(let bytes):
            phase = .finished
            return bytes
        case .finished: return nil
        }
    }

    private func beginUnit() throws -> [UInt8] {
        guard let (unit, job) = try units.next() else {
            position = units.position
            try finishMembers()
            return []
        }
        position = unit.begin
        filesDone = unit.filesBefore
        bytesBefore = unit.bytesBefore
        ahead?.pass(bytesBefore)
        switch unit.content {
        case .section(let section):
            guard let ahead, let job else { return try renderer.render(section) }
            return try ahead.takeSection(job, renderer.render)
        case .file(let member):
            guard case .file(let entry, let index, _) = member.content else { return [] }
            let copy = try ArchivedFileReading(entry, index: index, data: format.data(of: member), of: files) {
                try table.claim(index, $0)
            }
            let isTaken = ahead?.reach(index) ?? false
            hasher = copy.isKnown || (isTaken && copy.isUnchanged) ? nil : FileHasher()
            phase = .file(copy, member)
            return format.header(of: member)
        case .manifest(let member):
            ahead?.finish()
            try settleLate()
            phase = .manifest(try ManifestText(snapshot, table), member)
            return format.header(of: member)
        }
    }

    /// Goes on to what stands behind the last member.
    private func finishMembers() throws {
        switch format {
        case .zip: phase = .directory(try DirectoryText(snapshot, table, manifestCRC: manifestCRC.value))
        case .tar: phase = .end(TarRecord.end)
        }
    }

    /// The next piece of a file, with what stands behind the file if it is the last.
    private func read(_ copy: inout ArchivedFileReading, _ member: ArchiveMember) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: pieceSize + ArchiveFormat.longestTrailer) { buffer, count in
            let room = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<pieceSize])
            if !copy.isFinished {
                switch copy.read(into: room) {
                case .zeros(let zeros): hasher?.addZeros(zeros)
                case .bytes(let read):
                    hasher?.add(UnsafeRawBufferPointer(rebasing: room[..<read]))
                    count = read
                }
                ahead?.pass(bytesBefore + copy.place)
                // Whoever goes on after a crash must know.
                if !copy.isRepeatable, !copy.isFinished { try table.spoil(copy.index) }
            }
            guard copy.isFinished else { return }
            let trailer = format.trailer(of: member, crc: try finish(&copy).crc)
            UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
                .copyBytes(from: trailer)
            count += trailer.count
        }
    }

    private func finish(_ copy: inout ArchivedFileReading) throws -> DigestTable.Slot {
        var slot = try copy.finish()
        if let hasher {
            (slot.sha256, slot.progress) = (hasher.finish(), .done)
            try table.settle(copy.index, slot)
        } else if !copy.isKnown {
            late[copy.index] = slot
        }
        hasher = nil
        filesDone += 1
        if late.count >= 64 { try settleLate() }
        return slot
    }

    /// Takes over the digests that were made ahead. A file that changed just while it was given has none.
    private func settleLate() throws {
        for (index, var slot) in late {
            guard let outcome = ahead?.takeOutcome(index) else { continue }
            if case .same(let digest) = outcome, digest.version == slot.version, digest.crc == slot.crc,
                slot.isRepeatable
            {
                slot.sha256 = digest.sha256
            } else {
                (slot.state, slot.isRepeatable) = (slot.state == .ok ? .changed : slot.state, false)
            }
            slot.progress = .done
            try table.settle(index, slot)
            late[index] = nil
        }
    }
}
