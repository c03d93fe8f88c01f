import Texts

extension HomeVerification {
    /// Compares the manifest with a home, and adds what differs to the faults. Times are not compared: looking at a file
    /// in an editor may change them.
    ///
    /// - Throws: `HomeError.notAFolder`, `CancellationError`.
    package mutating func compare(with home: String) throws {
        let files = try HomeFiles(home)
        var entries = manifest.entries
        var pairs = PathMatching<Expected, HomeEntry>()
        try HomeWalk(home).run { found in
            guard case .entry(let entry) = found else { return }
            let path = ArchiveMember.folder + entry.shownPath
            if let next = try entries.next(), let early = pairs.add(left: next.path, Expected(next)) {
                try compare(Expected(next), early, files)
            }
            if let wanted = pairs.add(right: path, entry) { try compare(wanted, entry, files) }
        }
        while let next = try entries.next() {
            if let early = pairs.add(left: next.path, Expected(next)) { try compare(Expected(next), early, files) }
        }
        let added = pairs.rightPaths.map {
            Fault(path: $0, what: "it is in the folder, but not in the archive")
        }
        let gone = pairs.leftPaths.map { Fault(path: $0, what: "it is in the archive, but not in the folder") }
        faults += added + gone
    }

    private mutating func compare(_ wanted: Expected, _ entry: HomeEntry, _ files: HomeFiles) throws {
        guard let what = try Self.difference(wanted, entry, files) else { return }
        faults.append(Fault(path: ArchiveMember.folder + entry.shownPath, what: what))
    }

    private static func difference(_ wanted: Expected, _ entry: HomeEntry, _ files: HomeFiles) throws -> String? {
        let present: Expected
        let mode = ManifestLines.mode(entry.permissions).exact
        switch entry.kind {
        case .directory: present = Expected(type: "folder", mode: mode, size: nil, contents: nil)
        case .link(let target):
            present = Expected(type: "link", mode: mode, size: nil, contents: ByteText.readable(target).exact)
        case .file(let size):
            guard wanted.type == "file", wanted.size == UInt64(size) else {
                return wanted.type == "file"
                    ? "it has \(size) bytes in the folder and \(wanted.size ?? 0) in the archive"
                    : "it is a file in the folder and a \(wanted.type) in the archive"
            }
            guard case .file(let file, _) = try files.open(entry), let contents = try digest(file, entry.shownPath)
            else { return "it cannot be read in the folder" }
            present = Expected(type: "file", mode: mode, size: UInt64(size), contents: contents.exact)
        }
        guard present != wanted else { return nil }
        if present.type != wanted.type {
            return "it is a \(present.type) in the folder and a \(wanted.type) in the archive"
        }
        if present.contents != wanted.contents {
            return present.type == "link" ? "it leads elsewhere in the folder" : "its contents in the folder are others"
        }
        return "its mode is \(present.mode) in the folder and \(wanted.mode) in the archive"
    }

    /// Nil when the disk does not give it.
    private static func digest(_ file: Descriptor, _ path: String) throws -> String? {
        do {
            return ByteText.hexadecimal(try file.digest(path: path, check: Task.checkCancellation))
        } catch is HomeError {
            return nil
        }
    }
}
