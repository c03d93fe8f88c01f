import Foundation

/// An open file, closed with its last owner.
final class Descriptor: Sendable {
    let number: Int32

    /// Takes over an open descriptor.
    init(_ number: Int32) { self.number = number }

    /// A new file for its owner alone; one that is there loses its contents.
    /// - Throws: `HomeError.notWritten`.
    convenience init(creating path: String, flags: Int32 = O_TRUNC) throws {
        let number = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, 0o600)
        guard number >= 0 else { throw HomeError.notWritten(path, reason: SystemError("open").reason) }
        self.init(number)
    }

    /// A file that is there.
    /// - Throws: `HomeError.brokenState`, `.shortage`.
    convenience init(reading path: String) throws {
        let number = open(path, O_RDONLY | O_CLOEXEC)
        if number < 0 {
            let error = SystemError("open", path.utf8)
            try Shortage.check(error)
            throw HomeError.brokenState(path, reason: error.reason)
        }
        self.init(number)
    }

    deinit { close(number) }

    /// Writes all bytes.
    /// - Throws: `HomeError.notWritten`, which names `path`.
    func write(_ bytes: UnsafeRawBufferPointer, path: String) throws {
        var rest = bytes
        while !rest.isEmpty {
            let count = Foundation.write(number, rest.baseAddress, rest.count)
            if count <= 0 {
                let error = SystemError("write")
                if count < 0, error.number == EINTR { continue }
                throw HomeError.notWritten(path, reason: error.reason)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// SHA-256 over the whole file.
    ///
    /// - Parameters:
    ///   - path: its name in errors.
    ///   - check: is asked before each piece, and may throw to end it.
    /// - Returns: 32 bytes.
    /// - Throws: `HomeError.brokenState`, which names `path`, and what `check` throws.
    func digest(path: String, check: () throws -> Void = {}) throws -> [UInt8] {
        var hasher = FileHasher()
        var offset: UInt64 = 0
        while true {
            try check()
            let piece = try read(upTo: 1 << 18, at: offset, path: path)
            guard !piece.isEmpty else { return hasher.finish() }
            piece.withUnsafeBytes { hasher.add($0) }
            offset += UInt64(piece.count)
        }
    }

    /// Reads bytes from a place on.
    ///
    /// - Returns: fewer bytes at the end of the file.
    /// - Throws: `HomeError.brokenState`, which names `path`.
    func read(upTo count: Int, at offset: UInt64, path: String) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let read = pread(
                    number, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(offset) + off_t(filled))
                if read < 0 {
                    let error = SystemError("pread")
                    if error.number == EINTR { continue }
                    throw HomeError.brokenState(path, reason: error.reason)
                }
                if read == 0 { return }
                filled += read
            }
        }
    }

    /// Waits until all that was written is on the disk.
    /// - Throws: `HomeError.notWritten`, which names `path`.
    func synchronize(path: String) throws {
        guard fsync(number) == 0 else { throw HomeError.notWritten(path, reason: SystemError("fsync").reason) }
    }
}
