import Foundation

/// The bytes of an archive's file.
struct ArchiveSource {
    let path: String
    let length: UInt64
    private let descriptor: Descriptor

    /// - Throws: `HomeError.notAnArchive`.
    init(_ path: String) throws {
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard number >= 0 else { throw HomeError.notAnArchive(path, reason: SystemError("open").reason) }
        descriptor = Descriptor(number)
        var status = stat()
        guard fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw HomeError.notAnArchive(path, reason: "it is no file")
        }
        self.path = path
        length = UInt64(status.st_size)
    }

    func broken(_ reason: String) -> HomeError { .notAnArchive(path, reason: reason) }

    /// - Returns: fewer bytes at the end.
    func read(at offset: UInt64, upTo count: Int) throws -> [UInt8] {
        // What stands in an archive may point anywhere.
        guard offset <= length else { return [] }
        do {
            return try descriptor.read(upTo: count, at: offset, path: path)
        } catch HomeError.brokenState(_, let reason) {
            throw broken(reason)
        }
    }

    /// Hands out a range, piece by piece.
    ///
    /// - Returns: false when the file is shorter.
    func forEachPiece(from offset: UInt64, count: UInt64, _ use: (UnsafeRawBufferPointer) throws -> Void) throws -> Bool
    {
        guard offset <= length, count <= length - offset else { return false }
        var place = offset
        while place < offset + count {
            try Task.checkCancellation()
            let piece = try read(at: place, upTo: Int(min(offset + count - place, 1 << 18)))
            guard !piece.isEmpty else { return false }
            try piece.withUnsafeBytes(use)
            place += UInt64(piece.count)
        }
        return true
    }
}
