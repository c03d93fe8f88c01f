import Foundation

/// A text in a file without a name: as many lines as there are files in a home need no memory.
final class LineFile: Sendable {
    /// The longest line, in bytes. The longest path with each byte as an escape is shorter.
    static let longestLine = 1 << 20

    private let file: Descriptor

    /// - Throws: `HomeError.notWritten`.
    init() throws {
        let path = NSTemporaryDirectory() + "hubfleet-lines-\(UUID().uuidString)"
        file = try Descriptor(creating: path, flags: O_EXCL)
        unlink(path)
    }

    /// Adds to the text.
    /// - Throws: `HomeError.notWritten`.
    func add(_ bytes: UnsafeRawBufferPointer) throws { try file.write(bytes, path: NSTemporaryDirectory()) }

    /// Begins anew.
    /// - Throws: `HomeError.notWritten`.
    func clear() throws {
        guard ftruncate(file.number, 0) == 0, lseek(file.number, 0, SEEK_SET) == 0 else {
            throw HomeError.notWritten(NSTemporaryDirectory(), reason: SystemError("ftruncate").reason)
        }
    }

    /// The lines from the first on.
    var lines: Lines { Lines(file: file) }

    /// Reads line after line, but those that are empty.
    struct Lines {
        fileprivate let file: Descriptor
        private var buffer: [UInt8] = []
        private var place = 0
        private var offset: UInt64 = 0
        /// The empty lines right before the line that was read last.
        private(set) var emptyBefore = 0

        fileprivate init(file: Descriptor) { self.file = file }

        /// The next line without its end; nil behind the last one, and when one is too long.
        ///
        /// - Throws: `HomeError.brokenState`.
        mutating func next() throws -> ArraySlice<UInt8>? {
            var searched = place
            emptyBefore = 0
            while true {
                if let end = buffer[searched...].firstIndex(of: 0x0A) {
                    defer { place = end + 1 }
                    if end > place { return buffer[place..<end] }
                    emptyBefore += 1
                    searched = end + 1
                    place = end + 1
                    continue
                }
                guard buffer.count - place <= LineFile.longestLine else { return nil }
                buffer.removeFirst(place)
                place = 0
                searched = buffer.count
                let more = try file.read(upTo: 1 << 16, at: offset, path: NSTemporaryDirectory())
                guard !more.isEmpty else {
                    defer { buffer = [] }
                    return buffer.isEmpty ? nil : buffer[...]
                }
                offset += UInt64(more.count)
                buffer += more
            }
        }
    }
}
