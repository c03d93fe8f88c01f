import Foundation

/// Opens files of a home, never through a link and never outside it.
struct HomeFiles {
    private let chain: FolderChain
    private let foreignFiles: ForeignFiles

    /// - Parameters:
    ///   - home: its path.
    ///   - user: whom this process acts as.
    /// - Throws: `HomeError.notAFolder`.
    init(_ home: String, as user: ProcessUser = .current) throws {
        chain = try FolderChain(home)
        foreignFiles = ForeignFiles(home: chain.root, user)
    }

    /// Opens what has the path of a scanned file.
    ///
    /// - Throws: `HomeError.shortage`.
    func open(_ entry: HomeEntry) throws -> OpenedFile {
        // O_NONBLOCK: a fifo that took the file's place must not hold everything up.
        let number: Int32
        do throws(SystemError) {
            number = try chain.open(entry.path, flags: O_RDONLY | O_NONBLOCK)
        } catch {
            try Shortage.check(error)
            return .missing(error.number == EACCES ? .unreadable : .vanished)
        }
        let file = Descriptor(number)
        var status = stat()
        guard fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return .missing(.vanished) }
        // It may have come into the place of a file that was the owner's when the home was scanned.
        guard !foreignFiles.include(status) else { return .missing(.unreadable) }
        return .file(file, FileVersion(status))
    }

    /// The version of a file as it is now, without opening it; nil when it is gone, or no file.
    func version(of entry: HomeEntry) -> FileVersion? {
        guard let status = try? chain.status(of: entry.path), status.st_mode & S_IFMT == S_IFREG else { return nil }
        return FileVersion(status)
    }

    /// The ranges of a file with holes that have bytes; the last one ends with the file. Nil when the file system does not
    /// say, or there are too many to be worth it.
    func data(of entry: HomeEntry) -> [Range<Int64>]? {
        guard case .file(let file, let version) = try? open(entry), version == entry.version else { return nil }
        var ranges: [Range<Int64>] = []
        var place: Int64 = 0
        while place < entry.size {
            let start = Int64(lseek(file.number, off_t(place), LinuxFile.seekData))
            if start < 0 {
                guard errno == ENXIO else { return nil }
                break
            }
            let end = Int64(lseek(file.number, off_t(start), LinuxFile.seekHole))
            guard end > start, ranges.count < 4_096 else { return nil }
            ranges.append(start..<min(end, entry.size))
            place = end
        }
        if ranges.last?.upperBound != entry.size { ranges.append(entry.size..<entry.size) }
        return ranges
    }
}
