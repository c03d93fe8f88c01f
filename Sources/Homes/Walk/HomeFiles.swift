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
        foreignFiles = ForeignFiles(home: chain.folder([]), user)
    }

    /// Opens what has the path of a scanned file.
    ///
    /// - Throws: `HomeError.shortage`.
    func open(_ entry: HomeEntry) throws -> OpenedFile {
        // O_NONBLOCK: a fifo that took the file's place must not hold everything up.
        let number = chain.open(entry.path, flags: O_RDONLY | O_NONBLOCK)
        guard number >= 0 else {
            let isForbidden = errno == EACCES
            try Shortage.check()
            return .missing(isForbidden ? .unreadable : .vanished)
        }
        let file = Descriptor(number)
        var status = stat()
        guard fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return .missing(.vanished) }
        // It may have come into the place of a file that was the owner's when the home was scanned.
        guard !foreignFiles.include(status) else { return .missing(.unreadable) }
        return .file(file, FileVersion(status))
    }

    /// What a file is now, without opening it; nil when it is gone, or no file.
    func version(of entry: HomeEntry) -> FileVersion? {
        let (parent, name) = FolderChain.split(entry.path)
        let folder = chain.folder(parent)
        var status = stat()
        guard folder >= 0, CString.with(name, { fstatat(folder, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0,
            status.st_mode & S_IFMT == S_IFREG
        else { return nil }
        return FileVersion(status)
    }

    /// Where a file has its bytes, if it has holes: the ranges between them, whose last one ends with the file. Nil when
    /// the file system does not say, or there are too many to be worth it.
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
