import Foundation

/// Gives the bytes of a snapshot's archive from any place on, piece by piece, with little memory.
///
/// Archives of one snapshot are equal byte for byte, also when one is put together from parts that were made at
/// different times: what was read before is checked, and a file that can no longer be had as it was ends the stream.
package final class ArchiveStream {
    /// What came of a stream that reached its end.
    package struct Result: Sendable, Equatable {
        /// SHA-256 over the manifest's entries: the same for the same home.
        package let root: String
        /// Files that changed or vanished while they were read, the first thousand.
        package let changed: [HomeProblem]
        package let changedCount: Int
    }

    /// The bytes of one piece.
    package static let pieceSize = 1 << 18

    private enum Phase {
        case members
        case content([UInt8], ArchiveMember)
        case file(FileReading, ArchiveMember)
        /// All that was read must be hashed before its text is made.
        case beforeManifest(ArchiveMember)
        case manifest(ManifestText, ArchiveMember)
        case directory(DirectoryText)
        case finished
    }

    private let pieceSize: Int
    private let isWanted: @Sendable () -> Bool
    private let snapshot: HomeSnapshot
    private let format: ArchiveFormat
    private let start: UInt64
    private let end: UInt64
    private let files: HomeFiles
    private let table: DigestTable
    private let hasher: HashThread?
    private var inlineHasher: FileHasher
    private let ahead: AheadHashing?
    /// What is known of files but for their digests, which come from `ahead`.
    private var late: [Int: DigestTable.Slot] = [:]
    /// The bytes of all files so far.
    private var bytesDone: Int64 = 0
    private var isHashedAhead = false

    private var phase = Phase.members
    private var cursor: MemberCursor
    /// A member that was taken from the cursor too early.
    private var peeked: ArchiveMember?
    /// Where the next byte stands in the archive.
    private var position: UInt64 = 0
    /// Bytes that are made and did not fit into the last piece.
    private var pending: ArraySlice<UInt8> = []
    private var parts: [HashJob.Part] = []
    private var manifestCRC = CRC32()

    /// Files that were copied or passed over so far.
    package private(set) var filesDone = 0
    /// Known once all of the archive was given.
    package private(set) var result: Result?

    /// - Parameters:
    ///   - snapshot: what is archived.
    ///   - format: of the archive.
    ///   - start: the first byte that is wanted.
    ///   - end: the byte after the last one that is wanted; nil: all.
    ///   - pieceSize: how many bytes are given at once.
    ///   - usesThreads: whether hashing takes a second core.
    ///   - isWanted: whether somebody still waits; asked between pieces, also between those that are only counted.
    /// - Throws: `HomeError`.
    package init(
        _ snapshot: HomeSnapshot, _ format: ArchiveFormat, from start: UInt64 = 0, to end: UInt64? = nil,
        pieceSize: Int = ArchiveStream.pieceSize, usesThreads: Bool = false,
        isWanted: @escaping @Sendable () -> Bool = { true }
    ) throws {
        self.pieceSize = pieceSize
        self.isWanted = isWanted
        self.snapshot = snapshot
        self.format = format
        self.start = start
        self.end = min(end ?? .max, snapshot.summary.length(format))
        files = try HomeFiles(snapshot.summary.home)
        table = try snapshot.table(format)
        hasher = usesThreads ? HashThread(table) : nil
        inlineHasher = FileHasher(table)
        ahead = usesThreads ? AheadHashing(snapshot, table) : nil
        cursor = try MemberCursor(snapshot)
    }

    deinit {
        hasher?.close()
        ahead?.abandon()
    }

    /// The next bytes, now and then none; nil at the end.
    ///
    /// - Throws: `HomeError.outdated` when a file is no longer what it was, and `CancellationError`, also when nobody waits.
    package func next() throws -> [UInt8]? {
        while position < end {
            try Task.checkCancellation()
            guard isWanted() else { throw CancellationError() }
            let piece = try [UInt8](unsafeUninitializedCapacity: pieceSize) { buffer, count in
                try fill(UnsafeMutableRawBufferPointer(buffer), &count)
            }
            if !parts.isEmpty { try hash(HashJob(piece: piece, parts: parts)) }
            parts.removeAll(keepingCapacity: true)
            let begin = position
            position += UInt64(piece.count)
            if piece.isEmpty, case .finished = phase { break }
            guard position > start else { continue }
            let first = start > begin ? Int(start - begin) : 0
            let last = position > end ? piece.count - Int(position - end) : piece.count
            return first == 0 && last == piece.count ? piece : Array(piece[first..<last])
        }
        return nil
    }

    private func hash(_ job: HashJob) throws {
        if let hasher { hasher.add(job) } else { try inlineHasher.run(job) }
    }

    /// Makes bytes until the buffer is full, or what follows needs what was hashed.
    private func fill(_ buffer: UnsafeMutableRawBufferPointer, _ count: inout Int) throws {
        while count < buffer.count {
            if !pending.isEmpty {
                let taken = pending.prefix(buffer.count - count)
                UnsafeMutableRawBufferPointer(rebasing: buffer[count...]).copyBytes(from: taken)
                count += taken.count
                pending = pending.dropFirst(taken.count)
                continue
            }
            guard try step(buffer, &count) else { return }
        }
    }

    /// - Returns: false when the piece has to end here.
    private func step(_ buffer: UnsafeMutableRawBufferPointer, _ count: inout Int) throws -> Bool {
        switch phase {
        case .members: return try beginMember(count)
        case .content(let bytes, let member):
            pending = (bytes + format.trailer(of: member, crc: 0))[...]
            phase = .members
        case .file(var copy, let member):
            // The copy is changed in place: nothing else may hold it.
            phase = .finished
            let goesOn = read(&copy, buffer, &count)
            if copy.isFinished { try finish(&copy, member) } else { phase = .file(copy, member) }
            return goesOn
        case .beforeManifest(let member):
            guard count == 0, parts.isEmpty else { return false }
            try hasher?.finish()
            try fillInLate()
            pending = format.header(of: member)[...]
            phase = .manifest(try ManifestText(snapshot, table), member)
        case .manifest(var text, let member):
            phase = .finished
            if let bytes = try text.next() {
                bytes.withUnsafeBytes { manifestCRC.update($0) }
                pending = bytes[...]
                phase = .manifest(text, member)
            } else {
                result = Result(root: text.root, changed: text.changed, changedCount: text.changedCount)
                pending = format.trailer(of: member, crc: manifestCRC.value)[...]
                phase = .members
            }
        case .directory(var text):
            phase = .finished
            if let bytes = try text.next() {
                pending = bytes[...]
                phase = .directory(text)
            }
        case .finished: return false
        }
        return true
    }

    private func beginMember(_ count: Int) throws -> Bool {
        let next = if let peeked { Optional(peeked) } else { try cursor.next() }
        peeked = nil
        guard let member = next else {
            try finishMembers()
            return true
        }
        if position < start {
            let length = format.length(of: member)
            if position + UInt64(count) + length <= start, try isNeedless(member) {
                guard count == 0 else {
                    peeked = member
                    return false
                }
                position += length
                pass(member)
                return true
            }
        }
        switch member.content {
        case .bytes(let bytes):
            pending = format.header(of: member)[...]
            phase = .content(format.contentLength(of: member) == 0 ? [] : bytes, member)
        case .file(let entry, let index, _):
            pending = format.header(of: member)[...]
            let copy = try FileReading(entry, index: index, data: format.data(of: member), of: files, table)
            let isTaken = ahead?.reach(index, before: bytesDone) ?? false
            isHashedAhead = isTaken && copy.isUnchanged
            bytesDone += entry.size
            if wantsDigest(copy) { parts.append(.begin) }
            phase = .file(copy, member)
        case .manifest: phase = .beforeManifest(member)
        }
        return true
    }

    /// Whether a member that stands before all that is wanted need not be read.
    private func isNeedless(_ member: ArchiveMember) throws -> Bool {
        switch member.content {
        case .bytes: return true
        case .manifest: return false
        case .file(_, let index, _):
            return try table.slot(index).progress == .done
        }
    }

    private func pass(_ member: ArchiveMember) {
        guard case .file(let entry, _, _) = member.content else { return }
        filesDone += 1
        bytesDone += entry.size
    }

    /// What stands behind the last member.
    private func finishMembers() throws {
        switch format {
        case .zip: phase = .directory(try DirectoryText(snapshot, table, manifestCRC: manifestCRC.value))
        case .tar:
            pending = TarRecord.end[...]
            phase = .finished
        }
    }

    /// - Returns: false when the piece has to end here: counting zeros takes long, and gives nothing.
    private func read(_ copy: inout FileReading, _ buffer: UnsafeMutableRawBufferPointer, _ count: inout Int) -> Bool {
        guard !copy.isFinished else { return true }
        switch copy.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...])) {
        case .zeros(let zeros):
            if wantsDigest(copy) { parts.append(.zeros(zeros)) }
            return false
        case .bytes(let read):
            if wantsDigest(copy) { parts.append(.bytes(count..<(count + read))) }
            count += read
        }
        return true
    }

    private func wantsDigest(_ copy: FileReading) -> Bool { !copy.isKnown && !isHashedAhead }

    /// Takes over the digests that were made ahead. A file that changed just while it was given has none.
    private func fillInLate() throws {
        guard !late.isEmpty, let digests = ahead?.finish() else { return }
        for (index, var slot) in late {
            if let found = digests[index], found.version == slot.version, slot.isRepeatable {
                slot.sha256 = found.sha256
            } else {
                (slot.state, slot.isRepeatable) = (slot.state == .ok ? .changed : slot.state, false)
            }
            slot.progress = .done
            try table.settle(index, slot)
        }
        late = [:]
    }

    private func finish(_ copy: inout FileReading, _ member: ArchiveMember) throws {
        let slot = try copy.finish()
        if wantsDigest(copy) {
            parts.append(.end(copy.index, slot))
        } else if !copy.isKnown {
            late[copy.index] = slot
        }
        pending = format.trailer(of: member, crc: slot.crc)[...]
        filesDone += 1
        phase = .members
    }
}
