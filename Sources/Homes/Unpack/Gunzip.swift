import CZlib

/// The bytes of a file that gzip has compressed.
final class Gunzip {
    private let file: ArchiveSource
    private var stream = z_stream()
    private var input: [UInt8] = []
    private var used = 0
    private var place: UInt64 = 0

    init(_ file: ArchiveSource) throws {
        self.file = file
        guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw file.broken("no memory to unpack it")
        }
    }

    deinit { inflateEnd(&stream) }

    /// - Returns: fewer bytes at the end.
    func read(_ count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                if used == input.count {
                    input = try file.read(at: place, upTo: 1 << 16)
                    used = 0
                    place += UInt64(input.count)
                    if input.isEmpty { return }
                }
                let status = step(UnsafeMutableBufferPointer(rebasing: buffer[filled...]), &filled)
                // Another gzip file may follow.
                if status == Z_STREAM_END { inflateReset(&stream) }
                guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
                    throw file.broken("it is damaged")
                }
            }
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
