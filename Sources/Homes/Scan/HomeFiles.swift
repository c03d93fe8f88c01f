import Foundation

/// Opens files of a home, never through a link and never outside it.
struct HomeFiles {
    private let chain: FolderChain

    /// - Throws: `HomeError.notAFolder`.
    init(_ home: String) throws { chain = try FolderChain(home) }

    /// A file as it was scanned; one that cannot be had gives zeros, and says why at the end.
    func open(_ entry: HomeEntry) -> HomeFileReader {
        // O_NONBLOCK: a fifo that took the file's place must not hold everything up.
        let descriptor = chain.open(entry.path, flags: O_RDONLY | O_NONBLOCK)
        guard descriptor >= 0 else {
            return HomeFileReader(entry: entry, file: nil, state: errno == EACCES ? .unreadable : .vanished)
        }
        let file = Descriptor(descriptor)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return HomeFileReader(entry: entry, file: nil, state: .vanished)
        }
        return HomeFileReader(entry: entry, file: file, state: FileVersion(status) == entry.version ? .ok : .changed)
    }

    /// A file descriptor that is closed with its last owner.
    final class Descriptor {
        let number: Int32
        init(_ number: Int32) { self.number = number }
        deinit { Foundation.close(number) }
    }
}

/// Reads exactly as many bytes as the scan saw.
struct HomeFileReader {
    private let entry: HomeEntry
    private var file: HomeFiles.Descriptor?
    private var state: HomeManifest.State

    init(entry: HomeEntry, file: HomeFiles.Descriptor?, state: HomeManifest.State) {
        self.entry = entry
        self.file = file
        self.state = state
    }

    /// Fills the whole buffer, or as much as one call gives; zeros where the file has ended.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        if let file {
            while true {
                let count = Foundation.read(file.number, buffer.baseAddress, buffer.count)
                if count > 0 { return count }
                if count < 0, errno == EINTR { continue }
                state = count == 0 ? .changed : .unreadable
                self.file = nil
                break
            }
        }
        buffer.initializeMemory(as: UInt8.self, repeating: 0)
        return buffer.count
    }

    /// Whether the file is still the one that was scanned, now that all was read.
    mutating func finish() -> HomeManifest.State {
        guard let file, state == .ok else { return state }
        var status = stat()
        if fstat(file.number, &status) != 0 || FileVersion(status) != entry.version
            || Int64(status.st_size) != entry.size
        {
            state = .changed
        }
        return state
    }

    mutating func close() { file = nil }
}
