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
        guard number >= 0 else { throw HomeError.notWritten(path, reason: String(cString: strerror(errno))) }
        self.init(number)
    }

    /// - Throws: `HomeError.brokenState`, `.shortage`.
    convenience init(reading path: String) throws {
        let number = open(path, O_RDONLY | O_CLOEXEC)
        if number < 0 { try Shortage.check() }
        guard number >= 0 else { throw HomeError.brokenState(path, reason: String(cString: strerror(errno))) }
        self.init(number)
    }

    deinit { close(number) }

    /// - Throws: `HomeError.notWritten`, which names `path`.
    func write(_ bytes: UnsafeRawBufferPointer, path: String) throws {
        var rest = bytes
        while !rest.isEmpty {
            let count = Foundation.write(number, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw HomeError.notWritten(path, reason: String(cString: strerror(errno))) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// SHA-256 over all that is in it.
    ///
    /// `check`: is asked before each piece, and may throw to end it.
    /// Throws `HomeError.brokenState`, which names `path`, and what `check` throws.
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

    /// - Returns: fewer bytes at the end of the file.
    /// - Throws: `HomeError.brokenState`, which names `path`.
    func read(upTo count: Int, at offset: UInt64, path: String) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let read = pread(
                    number, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(offset) + off_t(filled))
                if read < 0, errno == EINTR { continue }
                guard read >= 0 else { throw HomeError.brokenState(path, reason: String(cString: strerror(errno))) }
                if read == 0 { return }
                filled += read
            }
        }
    }
}
