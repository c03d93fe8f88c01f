import Foundation

/// Reads a large file for its digest.
struct LargeFileSource: HashSource {
    private static let pieceSize = 1 << 17

    let index: Int
    let version: FileVersion
    private let entry: HomeEntry
    private let before: Int64
    private let file: Descriptor
    private let mayRead: (Int64) -> Bool
    private let buffer: Piece
    private var place: Int64 = 0
    private(set) var crc = CRC32()

    /// Memory that is freed with its last owner.
    private final class Piece {
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: LargeFileSource.pieceSize, alignment: 64)
        deinit { bytes.deallocate() }
    }

    /// `mayRead`: waits until the stream is near a place among the bytes of all files; false: nobody wants it any more.
    /// Nil when it is not what was scanned.
    init?(_ large: LargeFile, _ files: HomeFiles, mayRead: @escaping (Int64) -> Bool) {
        guard case .file(let file, let version)? = try? files.open(large.entry), version == large.entry.version
        else { return nil }
        index = large.index
        entry = large.entry
        before = large.before
        self.file = file
        self.version = version
        self.mayRead = mayRead
        buffer = Piece()
    }

    /// Whether all of it was read, and it stayed the same meanwhile.
    var isWhole: Bool {
        var status = stat()
        return place == entry.size && fstat(file.number, &status) == 0 && FileVersion(status) == version
    }

    mutating func next() -> UnsafeRawBufferPointer {
        let wanted = Int(min(Int64(buffer.bytes.count), entry.size - place))
        var filled = 0
        while filled < wanted, mayRead(before + place) {
            let count = pread(
                file.number, buffer.bytes.baseAddress.map { $0 + filled }, wanted - filled,
                off_t(place) + off_t(filled))
            if count < 0, SystemError("pread").number == EINTR { continue }
            guard count > 0 else { break }
            filled += count
        }
        // Less is the end of a file that is shorter now: it is not whole.
        guard filled == wanted else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        place += Int64(filled)
        let piece = UnsafeRawBufferPointer(rebasing: buffer.bytes[..<filled])
        crc.update(piece)
        return piece
    }
}
