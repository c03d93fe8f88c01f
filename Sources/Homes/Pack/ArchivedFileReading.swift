import Foundation

/// Reads one file of a snapshot for an archive: always as many bytes as the scan saw, and the same bytes each time, or
/// an error. A file that is shorter now is filled with zeros, one that is longer is cut, and the manifest says so.
struct ArchivedFileReading {
    let index: Int
    private let entry: HomeEntry
    /// The rest is zeros that the archive does not hold; nil: it holds all.
    private let data: [Range<Int64>]?
    private var slot: DigestTable.Slot
    private var file: Descriptor?
    /// The bytes that were read.
    private(set) var place: Int64 = 0
    private var crc = CRC32()

    /// Whether its digest is known already.
    let isKnown: Bool
    /// Whether it is what the scan saw, as far as it is read.
    var isUnchanged: Bool { slot.state == .ok && file != nil }
    var isFinished: Bool { place >= entry.size }
    /// Whether what was read can be read again.
    var isRepeatable: Bool { slot.isRepeatable }

    /// Opens a file whose bytes are about to be taken.
    ///
    /// - `claim`: is told what is known of it now; returns what the table of digests says, which may be older.
    /// Throws `HomeError.outdated` when bytes of it were given away that cannot be had again.
    init(
        _ entry: HomeEntry, index: Int, data: [Range<Int64>]?, of files: HomeFiles,
        claim: (DigestTable.Slot) throws -> DigestTable.Slot
    ) throws {
        self.entry = entry
        self.index = index
        self.data = data
        let opened = try files.open(entry)
        var now = DigestTable.Slot(progress: .begun)
        switch opened {
        case .missing(let state): now.state = state
        case .file(let descriptor, let version):
            file = descriptor
            now.version = version
            now.state = version == entry.version ? .ok : .changed
        }
        slot = try claim(now)
        isKnown = slot.progress == .done
        guard slot.isRepeatable else { throw HomeError.outdated(entry.shownPath) }
        if slot.state == .vanished || slot.state == .unreadable {
            file = nil
        } else if file == nil || now.version != slot.version {
            throw HomeError.outdated(entry.shownPath)
        }
    }

    /// Zeros that are counted at once: there may be thousands of millions of them, and nobody who waits any more.
    private static let longestHole: Int64 = 1 << 26

    /// The next part of a file: bytes of the archive, or zeros that only count for the digest.
    enum Read {
        case bytes(Int)
        case zeros(Int64)
    }

    /// Reads on, at most to the end of the buffer.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Read {
        if let zeros = hole() {
            skip(zeros)
            return .zeros(zeros)
        }
        let end = data?.first { $0.contains(place) }?.upperBound ?? entry.size
        let wanted = UnsafeMutableRawBufferPointer(rebasing: buffer[..<Int(min(end - place, Int64(buffer.count)))])
        fill(wanted)
        crc.update(UnsafeRawBufferPointer(wanted))
        place += Int64(wanted.count)
        return .bytes(wanted.count)
    }

    /// The slot of the file now that all was read; the digest is still to come.
    ///
    /// - Throws: `HomeError.outdated` when it gave other bytes before. Times do not tell all: what is written to a mapped
    ///   file, or twice within a tick of the clock, leaves them as they are.
    mutating func finish() throws -> DigestTable.Slot {
        guard !isKnown else {
            guard crc.value == slot.crc else { throw HomeError.outdated(entry.shownPath) }
            return slot
        }
        slot.crc = crc.value
        var status = stat()
        if let file, fstat(file.number, &status) != 0 || FileVersion(status) != slot.version {
            (slot.state, slot.isRepeatable) = (.changed, false)
        }
        return slot
    }

    /// The number of zeros at this place that the archive does not hold.
    private func hole() -> Int64? {
        guard let data, !data.contains(where: { $0.contains(place) }) else { return nil }
        let end = data.first { $0.lowerBound >= place }?.lowerBound ?? entry.size
        return min(end - place, Self.longestHole)
    }

    private mutating func skip(_ count: Int64) {
        place += count
        let zeros = [UInt8](repeating: 0, count: 1 << 16)
        var left = count
        while left > 0 {
            let next = min(left, Int64(zeros.count))
            zeros.withUnsafeBytes { crc.update(UnsafeRawBufferPointer(rebasing: $0[..<Int(next)])) }
            left -= next
        }
    }

    private mutating func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        var filled = 0
        while let file, filled < buffer.count {
            let count = pread(
                file.number, buffer.baseAddress.map { $0 + filled }, buffer.count - filled, off_t(place) + off_t(filled)
            )
            if count < 0, SystemError("pread").number == EINTR { continue }
            guard count > 0 else {
                if !isKnown { (slot.state, slot.isRepeatable) = (count == 0 ? .changed : .unreadable, false) }
                self.file = nil
                break
            }
            filled += count
        }
        if filled < buffer.count {
            UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).initializeMemory(as: UInt8.self, repeating: 0)
        }
    }
}
