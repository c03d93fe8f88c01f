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

    /// `limit`: the bytes that may come out.
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
