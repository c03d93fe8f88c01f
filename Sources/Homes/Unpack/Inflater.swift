import CZlib

/// Gives back what was compressed.
final class Inflater {
    /// The reason why bytes cannot be unpacked.
    enum Failure: Error { case damaged, tooLong }

    private var stream = z_stream()
    private var output = [UInt8](repeating: 0, count: 1 << 16)
    private var isDone = false
    /// Whether bytes that stand for nothing may follow, as other programs let them.
    private let allowsRest: Bool
    private var left: UInt64

    /// - Parameters:
    ///   - limit: the bytes that may come out.
    ///   - allowsRest: whether bytes that stand for nothing may follow.
    /// - Throws: `Failure` when zlib has no memory.
    init(limit: UInt64, allowsRest: Bool) throws {
        left = limit
        self.allowsRest = allowsRest
        guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw Failure.damaged
        }
    }

    deinit { inflateEnd(&stream) }

    /// Whether all came out, and as much as was said.
    var isComplete: Bool { isDone && left == 0 }

    /// Hands out what the bytes stand for.
    ///
    /// - Throws: `Failure`, and what `use` throws.
    func add(_ bytes: UnsafeRawBufferPointer, _ use: (UnsafeRawBufferPointer) throws -> Void) throws {
        stream.next_in = UnsafeMutableRawPointer(mutating: bytes.baseAddress)?.assumingMemoryBound(to: UInt8.self)
        stream.avail_in = UInt32(bytes.count)
        repeat {
            guard !isDone else {
                guard allowsRest else { throw Failure.damaged }
                return
            }
            var status: Int32 = 0
            let count = output.withUnsafeMutableBufferPointer { buffer in
                stream.next_out = buffer.baseAddress
                stream.avail_out = UInt32(buffer.count)
                status = inflate(&stream, Z_NO_FLUSH)
                return buffer.count - Int(stream.avail_out)
            }
            isDone = status == Z_STREAM_END
            guard isDone || status == Z_OK || status == Z_BUF_ERROR else { throw Failure.damaged }
            guard UInt64(count) <= left else { throw Failure.tooLong }
            left -= UInt64(count)
            try output.withUnsafeBytes { try use(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        } while stream.avail_in > 0 || (stream.avail_out == 0 && !isDone)
    }
}
