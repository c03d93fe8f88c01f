import Crypto
import Foundation
import Texts

/// A scan of a home that is kept in a folder: from it follows every byte's place in an archive, so that an archive can be
/// continued at any, also by another process. It takes little memory however many files there are.
package struct HomeSnapshot: Sendable {
    /// The summary of a snapshot, kept as `snapshot.json`, which is written last.
    package struct Summary: Sendable, Codable, Equatable {
        package var version = Self.currentVersion
        /// 32 digits; the same for the same home in the same state, and another after any change.
        package var id = ""
        package let owner: ExactText
        /// The path of the home.
        package let home: ExactText
        /// Permissions of the home itself: the lowest twelve bits of its mode.
        package let permissions: UInt32
        /// When the scan was finished.
        package var taken = Date(timeIntervalSince1970: 0)
        package var files = 0
        package var folders = 0
        package var links = 0
        /// Bytes of all files.
        package var bytes: Int64 = 0
        /// Things that do not come into the archive.
        package var problems = 0
        var manifestLength: UInt64 = 0
        var zip = ZipLengths()
        var tarLength: UInt64 = 0
        /// SHA-256 over all the others, so that no damaged number makes a wrong archive.
        var check = ""

        /// Another when the same home gives another archive: what was kept of an older one cannot be gone on with.
        private static let currentVersion = 2

        /// The number that tells one snapshot from another.
        ///
        /// `entries`: SHA-256 over its records.
        func id(entries: [UInt8]) -> String {
            let text = "manifest \(ManifestLines.version) \(String(permissions, radix: 8)) \(owner)"
            return String(ByteText.hexadecimal(SHA256.hash(data: entries + Array(text.utf8))).prefix(32))
        }

        /// The length of an archive of this format, in bytes.
        package func length(_ format: ArchiveFormat) -> UInt64 { format == .zip ? zip.length : tarLength }
    }

    /// The lengths of the parts of a ZIP archive.
    struct ZipLengths: Sendable, Codable, Equatable {
        var count = 0
        var members: UInt64 = 0
        var directory: UInt64 = 0
        var length: UInt64 = 0
    }

    package let summary: Summary
    package let folder: String
    let digests: [ArchiveFormat: DigestTable]

    /// Opens a snapshot that was taken before; all of it is read, since what is damaged would give a wrong archive.
    ///
    /// - Throws: `HomeError.brokenState`.
    package init(folder: String) throws {
        do {
            let data = try Data(contentsOf: URL(filePath: folder + "/snapshot.json"))
            summary = try Summary(sealed: data)
        } catch {
            throw HomeError.brokenState(folder, reason: "it holds no finished scan")
        }
        let entries = try EntryFileReader.digest(folder + "/entries")
        guard summary.id(entries: entries) == summary.id else {
            throw HomeError.brokenState(folder, reason: "its scan is damaged; remove it to start over")
        }
        self.folder = folder
        var tables: [ArchiveFormat: DigestTable] = [:]
        for format in ArchiveFormat.allCases {
            tables[format] = try DigestTable("\(folder)/digests.\(format.rawValue)")
        }
        digests = tables
    }

    /// Things of the home that do not come into the archive.
    /// `limit`: how many at most.
    package func problems(limit: Int) throws -> [HomeProblem] {
        guard summary.problems > 0 else { return [] }
        var reader = try EntryFileReader(folder + "/entries")
        var problems: [HomeProblem] = []
        while problems.count < limit, let record = try reader.next() {
            if case .problem(let problem) = record.content { problems.append(problem) }
        }
        return problems
    }

    /// The number of problems with this reason.
    func countProblems(_ reason: HomeProblem.Reason) throws -> Int {
        guard summary.problems > 0 else { return 0 }
        var (reader, count) = (try EntryFileReader(folder + "/entries"), 0)
        while let record = try reader.next() {
            if case .problem(let problem) = record.content, problem.reason == reason { count += 1 }
        }
        return count
    }

    var entriesPath: String { folder + "/entries" }

    func table(_ format: ArchiveFormat) throws -> DigestTable {
        guard let table = digests[format] else { throw HomeError.brokenState(folder, reason: "a table is missing") }
        return table
    }
}

extension HomeSnapshot.Summary {
    /// The summary as it is kept, with its checksum.
    /// - Throws: what the encoder throws.
    func sealed() throws -> Data {
        var summary = self
        summary.check = try counted()
        return try Self.encoder.encode(summary)
    }

    /// - Throws: `CocoaError` when it is damaged, or of another version.
    init(sealed data: Data) throws {
        self = try JSONDecoder().decode(Self.self, from: data)
        let check = check
        self.check = ""
        guard version == Self.currentVersion, try counted() == check else { throw CocoaError(.fileReadCorruptFile) }
    }

    private func counted() throws -> String {
        var summary = self
        summary.check = ""
        return ByteText.hexadecimal(SHA256.hash(data: try Self.encoder.encode(summary)))
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return encoder
    }
}
