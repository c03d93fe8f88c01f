import Crypto
import FleetTools
import Foundation
import Texts

extension HomeSnapshot {
    /// Scans a home.
    ///
    /// - Parameters:
    ///   - home: its path.
    ///   - owner: whose it is, for the texts in the archive.
    ///   - folder: where the snapshot is kept; made, or emptied.
    ///   - user: whom this process acts as.
    ///   - time: stamps the snapshot.
    ///   - progress: told the number of things and of bytes, now and then.
    /// - Returns: the snapshot, which is kept in the folder.
    /// - Throws: `HomeError.notAFolder`, `.notWritten`, `CancellationError`.
    package static func take(
        of home: String, owner: ExactText, in folder: String, as user: ProcessUser = .current,
        time: any TimeSource = SystemTime(), progress: (Int, Int64) -> Void = { _, _ in }
    ) throws -> HomeSnapshot {
        try take(of: home, owner: owner, in: folder, ahead: nil, as: user, time: time, progress: progress)
    }

    /// `ahead`: begins to hash large files that are found.
    static func take(
        of home: String, owner: ExactText, in folder: String, ahead: AheadThread?, as user: ProcessUser = .current,
        time: any TimeSource = SystemTime(), progress: (Int, Int64) -> Void
    ) throws -> HomeSnapshot {
        let walk = try HomeWalk(home, as: user)
        let files = try HomeFiles(home, as: user)
        try clear(folder)
        let writer = try EntryFileWriter(folder + "/entries")
        var counting = Counting(Summary(owner: owner, home: home.exact, permissions: walk.permissions))
        try walk.run { found in
            let record = Self.record(found, files)
            if let ahead, case .entry(let entry, let data) = record.content {
                ahead.offer(entry, data: data, index: counting.summary.files, before: counting.summary.bytes)
            }
            counting.add(record)
            try writer.add(record)
            if counting.count % 1_000 == 0 { progress(counting.count, counting.summary.bytes) }
        }
        let digest = try writer.finish()
        var summary = counting.finish()
        summary.id = summary.id(entries: digest)
        summary.taken = time.now.wholeSeconds
        let path = folder + "/snapshot.json"
        do {
            try summary.sealed().write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw HomeError.notWritten(path, reason: SystemReason.of(error))
        }
        return try HomeSnapshot(folder: folder)
    }

    private static func clear(_ folder: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            // This first: without it, what is left is no snapshot.
            for name in ["snapshot.json", "entries"] + ArchiveFormat.allCases.map({ "digests.\($0.rawValue)" }) {
                unlink("\(folder)/\(name)")
            }
        } catch {
            throw HomeError.notWritten(folder, reason: SystemReason.of(error))
        }
    }

    private static func record(_ found: HomeWalk.Found, _ files: HomeFiles) -> EntryRecord {
        switch found {
        case .problem(let problem): return EntryRecord(.problem(problem))
        case .entry(let entry):
            // A block more or less says nothing yet.
            let isSparse = entry.isFile && entry.allocated + 8_192 < entry.size
            return EntryRecord(.entry(entry, data: isSparse ? files.data(of: entry) : nil))
        }
    }

    /// Adds up what the records say.
    private struct Counting {
        var summary: Summary
        private(set) var count = 0
        private let manifest = ManifestLines()
        /// Made to be counted.
        private var line: [UInt8] = []

        init(_ summary: Summary) {
            self.summary = summary
            self.summary.manifestLength = UInt64(ManifestLines.head(owner: summary.owner).count)
            for member in ArchiveMember.before(owner: summary.owner, permissions: summary.permissions) { add(member) }
        }

        private var missing: UInt64 = 0

        mutating func add(_ record: EntryRecord) {
            count += 1
            switch record.content {
            case .problem(let problem):
                summary.problems += 1
                missing += UInt64(manifest.line(problem).count + 2)
            case .entry(let entry, let data):
                switch entry.kind {
                case .directory: summary.folders += 1
                case .file: summary.files += 1
                case .link: summary.links += 1
                }
                summary.bytes += entry.size
                line.removeAll(keepingCapacity: true)
                manifest.append(entry, .unknown, to: &line)
                summary.manifestLength += UInt64(line.count + 2)
                add(ArchiveMember(entry, index: 0, data: data))
            }
        }

        /// Counts what stands behind the entries.
        mutating func finish() -> Summary {
            // No comma before the first line.
            let entries = summary.files + summary.folders + summary.links
            summary.manifestLength += missing
            summary.manifestLength -= (entries > 0 ? 2 : 0) + (summary.problems > 0 ? 2 : 0)
            summary.manifestLength += UInt64(ManifestLines.middle.count + ManifestLines.endLength)
            add(ArchiveMember.manifest(length: summary.manifestLength))
            summary.zip.length =
                summary.zip.members + summary.zip.directory
                + UInt64(
                    ZipRecord.end(count: summary.zip.count, offset: summary.zip.members, size: summary.zip.directory)
                        .count)
            summary.tarLength += UInt64(TarRecord.end.count)
            return summary
        }

        private mutating func add(_ member: ArchiveMember) {
            summary.zip.count += 1
            summary.zip.directory += ZipRecord.centralLength(member, offset: summary.zip.members)
            summary.zip.members += ArchiveFormat.zip.length(of: member)
            summary.tarLength += ArchiveFormat.tar.length(of: member)
        }
    }
}
