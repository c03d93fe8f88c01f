import Crypto
import Foundation

/// Checks an archive of a home: every file against its digest in the manifest.
package struct HomeVerification: Sendable, Equatable {
    /// Something that is not as the manifest says.
    package struct Fault: Sendable, Equatable {
        package let path: String
        package let what: String

        package init(path: String, what: String) {
            self.path = path
            self.what = what
        }
    }

    /// Files and links whose contents are as the manifest says.
    package let verified: Int
    package let bytes: UInt64
    /// Of the manifest.
    package let root: String
    package let owner: String
    package private(set) var faults: [Fault]
    /// What the archive's maker said is missing, or not as it was.
    package let known: [Fault]
    private let expected: [String: Expected]

    /// What stands at a path, by the manifest.
    struct Expected: Sendable, Equatable {
        let type: String
        let mode: String
        let size: UInt64?
        /// The digest of a file, the target of a link.
        let contents: String?
    }

    /// - Parameters:
    ///   - path: of the archive.
    ///   - progress: told the bytes of each piece that was read.
    /// - Throws: `HomeError.notAnArchive`, `CancellationError`.
    package init(_ path: String, progress: @escaping (Int) -> Void = { _ in }) throws {
        let seen = try Seen(path, progress)
        guard let text = seen.manifest else { throw HomeError.notAnArchive(path, reason: "it has no MANIFEST.json") }
        guard let manifest = ManifestFile(text) else {
            throw HomeError.notAnArchive(path, reason: "its MANIFEST.json is damaged")
        }
        var faults = seen.faults
        if manifest.root != manifest.countedRoot {
            faults.append(Fault(path: "MANIFEST.json", what: "it was changed after the archive was made"))
        }
        var (verified, bytes) = (0, UInt64(0))
        var rest = seen.members
        for name in ["README.txt", "MANIFEST.json", "home"] { rest[name] = nil }
        var expected: [String: Expected] = [:]
        for entry in manifest.entries {
            expected[entry.path] = Expected(entry)
            guard let member = rest.removeValue(forKey: entry.path) else {
                faults.append(Fault(path: entry.path, what: "it is not in the archive"))
                continue
            }
            if let what = Self.fault(entry, member) {
                faults.append(Fault(path: entry.path, what: what))
            } else if entry.type != "folder" {
                verified += 1
                bytes += member.size
            }
        }
        faults += rest.keys.sorted().map { Fault(path: $0, what: "the manifest does not know it") }
        self.verified = verified
        self.bytes = bytes
        self.faults = faults
        self.expected = expected
        root = manifest.root
        owner = manifest.owner
        known =
            manifest.missing.map { Fault(path: $0.path, what: $0.reason) }
            + manifest.entries.filter { $0.state != nil && $0.state != "ok" }.map {
                Fault(path: $0.path, what: $0.state ?? "")
            }
    }

    /// Compares the manifest with a home, and adds what differs to the faults. Times are not compared: looking at a file
    /// in an editor may change them.
    ///
    /// - Throws: `HomeError.notAFolder`, `CancellationError`.
    package mutating func compare(with home: String) throws {
        let files = try HomeFiles(home)
        var rest = expected
        try HomeWalk(home).run { found in
            guard case .entry(let entry) = found else { return }
            let path = ArchiveMember.folder + entry.shownPath
            guard let wanted = rest.removeValue(forKey: path) else {
                faults.append(Fault(path: path, what: "it is in the folder, but not in the archive"))
                return
            }
            if let what = try Self.difference(wanted, entry, files) {
                faults.append(Fault(path: path, what: what))
            }
        }
        faults += rest.keys.sorted().map { Fault(path: $0, what: "it is in the archive, but not in the folder") }
    }

    private static func difference(_ wanted: Expected, _ entry: HomeEntry, _ files: HomeFiles) throws -> String? {
        let present: Expected
        let mode = ManifestLines.mode(entry.permissions)
        switch entry.kind {
        case .directory: present = Expected(type: "folder", mode: mode, size: nil, contents: nil)
        case .link(let target):
            present = Expected(type: "link", mode: mode, size: nil, contents: ByteText.readable(target))
        case .file(let size):
            guard wanted.type == "file", wanted.size == UInt64(size) else {
                return wanted.type == "file"
                    ? "it has \(size) bytes in the folder and \(wanted.size ?? 0) in the archive"
                    : "it is a file in the folder and a \(wanted.type) in the archive"
            }
            guard case .file(let file, _) = try files.open(entry) else { return "it cannot be read in the folder" }
            guard let contents = try digest(file, entry.shownPath) else { return "it cannot be read in the folder" }
            present = Expected(type: "file", mode: mode, size: UInt64(size), contents: contents)
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
        var sha = SHA256()
        var offset: UInt64 = 0
        while true {
            try Task.checkCancellation()
            guard let piece = try? file.read(upTo: 1 << 18, at: offset, path: path) else { return nil }
            if piece.isEmpty { break }
            sha.update(data: piece)
            offset += UInt64(piece.count)
        }
        return ByteText.hexadecimal(sha.finalize())
    }

    private static func fault(_ entry: ManifestFile.Entry, _ member: Seen.Member) -> String? {
        if let fault = member.fault { return fault }
        if member.found.type != entry.type { return "it is a \(member.found.type) instead of a \(entry.type)" }
        if member.found.mode != entry.mode { return "its mode is not \(entry.mode)" }
        if entry.type == "file" {
            if let size = entry.size, size != member.size { return "it has \(member.size) bytes instead of \(size)" }
            // A file that changed just while it was archived may have no digest; its checksum was compared above.
            let hasDigest = entry.state == "ok" || entry.sha256?.contains { $0 != "0" } ?? false
            if hasDigest, member.found.contents != entry.sha256 {
                return "its contents are not those that were archived"
            }
        }
        if entry.type == "link", member.found.contents != entry.target { return "it leads elsewhere" }
        return nil
    }
}

extension HomeVerification.Expected {
    init(_ entry: ManifestFile.Entry) {
        self.init(type: entry.type, mode: entry.mode, size: entry.size, contents: entry.sha256 ?? entry.target)
    }
}

/// What was read of an archive.
private struct Seen {
    struct Member {
        let found: HomeVerification.Expected
        let size: UInt64
        var fault: String?
    }

    private(set) var members: [String: Member] = [:]
    private(set) var manifest: [UInt8]?
    private(set) var faults: [HomeVerification.Fault] = []

    init(_ path: String, _ progress: @escaping (Int) -> Void) throws {
        // A small archive has no manifest that fills the memory, unless it is a trap.
        let size = ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? UInt64) ?? 0
        let limit = min(1 << 31, 1 << 20 + size.multipliedReportingOverflow(by: 64).partialValue)
        try ArchiveReader.open(path).readAll { member, contents in
            let path = member.shownPath
            var (sha, text, fault) = (SHA256(), [UInt8](), String?.none)
            let isManifest = path == ArchiveMember.manifestName && member.size <= limit
            do {
                try contents { piece in
                    sha.update(bufferPointer: piece)
                    if isManifest { text += piece }
                    progress(piece.count)
                }
            } catch let problem as MemberFault {
                fault = problem.what
            }
            if isManifest { manifest = text }
            if let fault, ["README.txt", "MANIFEST.json"].contains(path) {
                faults.append(HomeVerification.Fault(path: path, what: fault))
            }
            if members[path] != nil {
                faults.append(HomeVerification.Fault(path: path, what: "it is in the archive twice"))
            }
            members[path] = Member(found: Self.found(member, sha), size: member.size, fault: fault)
        }
    }

    private static func found(_ member: FoundMember, _ sha: SHA256) -> HomeVerification.Expected {
        let mode = ManifestLines.mode(member.permissions)
        func make(_ type: String, _ contents: String?) -> HomeVerification.Expected {
            HomeVerification.Expected(type: type, mode: mode, size: member.size, contents: contents)
        }
        return switch member.kind {
        case .folder: make("folder", nil)
        case .file: make("file", ByteText.hexadecimal(sha.finalize()))
        case .link(let target): make("link", ByteText.readable(target))
        case .hardLink: make("hard link", nil)
        case .other(let what): make(what, nil)
        }
    }
}
