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
