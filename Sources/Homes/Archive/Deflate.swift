import CZlib
import Foundation

/// Compresses bytes as ZIP archives hold them (raw deflate), by zlib.
final class Deflater {
    private var stream = z_stream()
    private var output = [UInt8](repeating: 0, count: 1 << 16)

    /// - Throws: `HomeError.notWritten` when zlib has no memory.
    init() throws {
        let size = Int32(MemoryLayout<z_stream>.size)
        guard deflateInit2_(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK else {
            throw HomeError.notWritten("the archive", reason: "no memory to compress")
        }
    }

    deinit { deflateEnd(&stream) }

    /// Hands out what comes of the bytes; with `isLast` all that is left, and it is ready for the next file.
    func add(_ bytes: UnsafeRawBufferPointer, isLast: Bool, _ use: ([UInt8]) throws -> Void) rethrows {
        stream.next_in = UnsafeMutableRawPointer(mutating: bytes.baseAddress)?.assumingMemoryBound(to: UInt8.self)
        stream.avail_in = UInt32(bytes.count)
        repeat {
            let count = output.withUnsafeMutableBufferPointer { buffer in
                stream.next_out = buffer.baseAddress
                stream.avail_out = UInt32(buffer.count)
                deflate(&stream, isLast ? Z_FINISH : Z_NO_FLUSH)
                return buffer.count - Int(stream.avail_out)
            }
            if count > 0 { try use(Array(output[..<count])) }
        } while stream.avail_out == 0
        if isLast { deflateReset(&stream) }
    }
}

/// Gives back what was compressed.
final class Inflater {
    enum Failure: Error { case damaged, tooLong }

    private var stream = z_stream()
    private var output = [UInt8](repeating: 0, count: 1 << 16)
    private var isDone = false
    private var left: UInt64

    /// - Parameter limit: the bytes that may come out.
    init(limit: UInt64) throws {
        left = limit
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
            guard !isDone else { throw Failure.damaged }
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
