import Foundation

/// Writes a file, and leaves holes where whole blocks are zero.
struct SparseWriting {
    private let file: Descriptor
    private let path: String
    private var size: Int64 = 0
    private static let block = 1 << 16

    init(_ file: Descriptor, path: String) {
        self.file = file
        self.path = path
    }

    mutating func write(_ bytes: UnsafeRawBufferPointer) throws {
        var place = 0
        while place < bytes.count {
            let part = UnsafeRawBufferPointer(rebasing: bytes[place..<min(place + Self.block, bytes.count)])
            if part.count == Self.block, Zeros.fill(part) {
                guard lseek(file.number, off_t(Self.block), SEEK_CUR) >= 0 else {
                    throw HomeError.notWritten(path, reason: SystemError("lseek").reason)
                }
            } else {
                try file.write(part, path: path)
            }
            place += part.count
        }
        size += Int64(bytes.count)
    }

    /// A hole at the end is no write: the length has to be said.
    func finish() throws {
        guard ftruncate(file.number, off_t(size)) == 0 else {
            throw HomeError.notWritten(path, reason: SystemError("ftruncate").reason)
        }
    }
}
