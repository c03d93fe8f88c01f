import Crypto
import Foundation
import Texts

/// Checks an archive of a home: every file against its digest in the manifest. It needs little memory however many files
/// there are, as long as the archive is in the order of its manifest.
package struct HomeVerification: Sendable {
    /// A path where something is not as the manifest says.
    package struct Fault: Sendable, Equatable {
        package let path: String
        package let what: String

        package init(path: String, what: String) {
            self.path = path
            self.what = what
        }
    }

    /// Files and links whose contents are as the manifest says.
    package private(set) var verified = 0
    package private(set) var bytes: UInt64 = 0
    /// The root in the manifest.
    package let root: String
    package let owner: ExactText
    /// Whether the root covers owner and what is missing: those of the first archives cover the entries alone.
    package var isCovered: Bool { manifest.isCovered }
    package internal(set) var faults: [Fault] = []
    /// Paths that the archive's maker said are missing, or not as they were.
    package private(set) var known: [Fault]
    let manifest: ManifestFile

    /// The thing at a path, by the manifest.
    struct Expected: Sendable, Equatable {
        let type: ExactText
        let mode: ExactText
        let size: UInt64?
        /// The digest of a file, the target of a link.
        let contents: ExactText?
    }

    /// - Parameters:
    ///   - path: of the archive.
    ///   - tell: told of each piece that was read.
    /// - Throws: `HomeError.notAnArchive`, `CancellationError`.
    package init(_ path: String, _ tell: @escaping (VerifyEvent) -> Void = { _ in }) throws {
        let reader = try ArchiveReader.open(path)
        manifest = try Self.findManifest(reader, path)
        root = manifest.root
        owner = manifest.owner
        known = manifest.missing.map { Fault(path: $0.path, what: $0.reason) }
        if !manifest.isUnchanged {
            faults.append(Fault(path: "MANIFEST.json", what: "it was changed after the archive was made"))
        }
        do {
            try compare(reader, tell)
        } catch is DecodingError {
            throw HomeError.notAnArchive(path, reason: "its MANIFEST.json is damaged")
        }
    }

    /// The manifest stands at the end, and is needed first.
    private static func findManifest(_ reader: any ArchiveReading, _ path: String) throws -> ManifestFile {
        // A small archive has no manifest that fills the disk, unless it is a trap.
        let size = ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? UInt64) ?? 0
        let limit = min(1 << 40, 1 << 20 + size.multipliedReportingOverflow(by: 64).partialValue)
        let text = try LineFile()
        var isThere = false
        try reader.readAll { member, contents in
            guard member.path == Array(ArchiveMember.manifestName.utf8), member.size <= limit else { return }
            isThere = true
            try text.clear()
            do { try contents(text.add) } catch is MemberFault { try text.clear() }
        }
        guard isThere else { throw HomeError.notAnArchive(path, reason: "it has no MANIFEST.json") }
        guard let manifest = try ManifestFile(text) else {
            var lines = text.lines
            let isKnown = try lines.next().map { ManifestFile.isOne($0) } ?? false
            throw HomeError.notAnArchive(
                path,
                reason: "its MANIFEST.json is " + (isKnown ? "damaged" : "damaged, or that of a newer Hubfleet"))
        }
        return manifest
    }

    private mutating func compare(_ reader: any ArchiveReading, _ tell: @escaping (VerifyEvent) -> Void) throws {
        var entries = manifest.entries
        var pairs = PathMatching<ManifestFile.Entry, SeenMember>()
        var others: Set<ExactText> = ["README.txt", "MANIFEST.json", "home"]
        let end = try reader.readAll { found, contents in
            // The folder that somebody packed it from.
            if found.path.isEmpty, found.kind == .folder { return }
            let member = try SeenMember(found, contents, tell)
            let path = found.shownPath
            guard others.remove(path.exact) == nil else {
                if let fault = member.fault { faults.append(Fault(path: path, what: fault)) }
                return
            }
            if let entry = try entries.next(), let early = pairs.add(left: entry.path, entry) { check(entry, early) }
            if pairs.waits(right: path) { faults.append(Fault(path: path, what: "it is in the archive twice")) }
            if let entry = pairs.add(right: path, member) { check(entry, member) }
        }
        while let entry = try entries.next() {
            if let early = pairs.add(left: entry.path, entry) { check(entry, early) }
        }
        if let doubt = end.doubt { faults.append(Fault(path: "the archive", what: doubt)) }
        faults += pairs.leftPaths.map { Fault(path: $0, what: "it is not in the archive") }
        faults += pairs.rightPaths.map {
            Fault(path: $0, what: "the manifest does not know it, or not so often")
        }
        faults.sort { ($0.path.exact, $0.what.exact) < ($1.path.exact, $1.what.exact) }
    }

    private mutating func check(_ entry: ManifestFile.Entry, _ member: SeenMember) {
        if let state = entry.state, state != "ok" { known.append(Fault(path: entry.path, what: state)) }
        if let what = member.fault(by: entry) {
            faults.append(Fault(path: entry.path, what: what))
        } else if entry.type != "folder" {
            verified += 1
            bytes += member.size
        }
    }
}

extension HomeVerification.Expected {
    init(_ entry: ManifestFile.Entry) {
        self.init(
            type: entry.type.exact, mode: entry.mode.exact, size: entry.size,
            contents: (entry.sha256 ?? entry.target)?.exact)
    }
}
