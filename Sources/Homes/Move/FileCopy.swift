import Foundation

/// Copies what is in a file; holes stay holes.
struct FileCopy {
    private let buffer: UnsafeMutableRawBufferPointer
    private let progress: (Int64) -> Void

    /// - Parameters:
    ///   - buffer: room for a piece.
    ///   - progress: is told the bytes of each piece, with those of holes.
    init(buffer: UnsafeMutableRawBufferPointer, progress: @escaping (Int64) -> Void) {
        self.buffer = buffer
        self.progress = progress
    }

    /// Copies as many bytes as the source had.
    ///
    /// - Returns: whether all of them were there.
    /// - Throws: `SystemError` when the source cannot be read, `MoveFailure.targetUnwritable`, and `CancellationError`.
    func run(_ facts: FileFacts, from source: Int32, to target: Int32) throws -> Bool {
        var offset: Int64 = 0
        var isWhole = true
        let hasHoles = facts.allocated < facts.size
        while offset < facts.size, isWhole {
            var end = facts.size
            if hasHoles {
                let data = lseek(source, off_t(offset), LinuxFile.seekData)
                // Nothing but a hole is left; disks without holes answer in another way.
                if data < 0, SystemError("lseek").number == ENXIO { break }
                if data >= 0 {
                    progress(min(Int64(data), facts.size) - offset)
                    offset = Int64(data)
                    let hole = lseek(source, data, LinuxFile.seekHole)
                    if hole >= 0 { end = min(end, Int64(hole)) }
                }
            }
            while offset < end, isWhole {
                let count = try piece(at: offset, upTo: end, source, target)
                isWhole = count > 0
                offset += Int64(count)
                progress(Int64(count))
            }
        }
        if isWhole { progress(max(0, facts.size - offset)) }
        guard ftruncate(target, off_t(facts.size)) == 0 else {
            throw MoveFailure.targetUnwritable(SystemError("ftruncate"))
        }
        return isWhole
    }

    private func piece(at offset: Int64, upTo end: Int64, _ source: Int32, _ target: Int32) throws -> Int {
        try Task.checkCancellation()
        let wanted = Int(min(end - offset, Int64(buffer.count)))
        var count = pread(source, buffer.baseAddress, wanted, off_t(offset))
        while count < 0 {
            let error = SystemError("pread")
            guard error.number == EINTR else { throw error }
            count = pread(source, buffer.baseAddress, wanted, off_t(offset))
        }
        var rest = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        while !rest.isEmpty {
            let written = pwrite(target, rest.baseAddress, rest.count, off_t(offset + Int64(count - rest.count)))
            if written <= 0 {
                let error = SystemError("pwrite")
                if written < 0, error.number == EINTR { continue }
                throw MoveFailure.targetUnwritable(error)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
        return count
    }
}
