import CZlib

/// The bytes of a file that gzip has compressed. zlib compares length and checksum at the end of each part.
final class Gunzip {
    /// The byte that each part begins with.
    private static let mark: UInt8 = 0x1F

    private let file: ArchiveSource
    private var stream = z_stream()
    private var input: [UInt8] = []
    private var used = 0
    private var place: UInt64 = 0
    /// Whether a part is whole, so that the file may end.
    private var isBetweenParts = false
    /// Whether something stands behind the last part that is none.
    private(set) var isFollowed = false
    private var isOver = false

    init(_ file: ArchiveSource) throws {
        self.file = file
        guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw file.broken("no memory to unpack it")
        }
    }

    deinit { inflateEnd(&stream) }

    /// - Returns: fewer bytes at the end.
    /// - Throws: `HomeError.notAnArchive` when it is damaged, or ends too early.
    func read(_ count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count, !isOver {
                guard try fill() else {
                    guard isBetweenParts else { throw file.broken("it ends too early; resume its download") }
                    return
                }
                if isBetweenParts {
                    // Another part may follow, or zeros that fill up the last block of a tape.
                    guard input[used] == Self.mark else { return try finish() }
                    isBetweenParts = false
                }
                let status = step(UnsafeMutableBufferPointer(rebasing: buffer[filled...]), &filled)
                guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
                    throw file.broken("it is damaged: its checksum, or what was compressed, is wrong")
                }
                if status == Z_STREAM_END {
                    inflateReset(&stream)
                    isBetweenParts = true
                }
            }
        }
    }

    /// - Returns: false at the end of the file.
    private func fill() throws -> Bool {
        guard used == input.count else { return true }
        input = try file.read(at: place, upTo: 1 << 16)
        used = 0
        place += UInt64(input.count)
        return !input.isEmpty
    }

    private func finish() throws {
        isOver = true
        while try fill(), !isFollowed {
            try Task.checkCancellation()
            isFollowed = !input[used...].allSatisfy { $0 == 0 }
            used = input.count
        }
    }

    private func step(_ output: UnsafeMutableBufferPointer<UInt8>, _ filled: inout Int) -> Int32 {
        input.withUnsafeMutableBufferPointer { bytes in
            stream.next_in = bytes.baseAddress.map { $0 + used }
            stream.avail_in = UInt32(bytes.count - used)
            stream.next_out = output.baseAddress
            stream.avail_out = UInt32(output.count)
            let status = inflate(&stream, Z_NO_FLUSH)
            used = bytes.count - Int(stream.avail_in)
            filled += output.count - Int(stream.avail_out)
            return status
        }
    }
}
