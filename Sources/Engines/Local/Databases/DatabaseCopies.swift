import FleetTools
import Foundation
import Texts

/// A copy of a hub's database that is kept.
package struct DatabaseCopy: Sendable, Equatable, Codable {
    package enum Reason: String, Sendable, Codable, CaseIterable {
        /// Before JupyterHub's version changed.
        case upgrade
        /// It was newer than the JupyterHub that the hub was brought back to.
        case replaced
        /// Each night.
        case nightly

        /// So many are kept.
        var kept: Int { self == .nightly ? 7 : 5 }
    }

    package let reason: Reason
    package let at: Date
    /// The revision that the hub had.
    package let revision: Int?
    /// The version of the tables, as alembic calls it; nil for one from before JupyterHub wrote it down.
    package private(set) var schema: String?
    package private(set) var bytes = 0
    /// How many users, groups, tokens … are in it.
    package private(set) var counts: [String: Int] = [:]

    init(_ reason: Reason, at: Date, revision: Int?) {
        self.reason = reason
        self.at = at
        self.revision = revision
    }

    func filled(_ schema: String?, _ bytes: Int, _ counts: [String: Int]) -> DatabaseCopy {
        var copy = self
        (copy.schema, copy.bytes, copy.counts) = (schema, bytes, counts)
        return copy
    }

    /// The name of its folder, by which copies are in the order of time.
    package var name: String {
        let time = at.ISO8601Format(.iso8601(timeZone: .gmt, dateSeparator: .dash, timeSeparator: .omitted))
        return "\(time)-\(reason.rawValue)"
    }
}

/// The copies of a hub's database: each is a folder with the database, what signs cookies, and `copy.json`.
struct DatabaseCopies: Sendable {
    private static let newMark = ".new"

    let folder: HubFolder

    private var root: String { folder.path("databases") }

    func place(_ copy: DatabaseCopy) -> String { "\(root)/\(copy.name)" }

    func database(of copy: DatabaseCopy) -> String { place(copy) + "/jupyterhub.sqlite" }

    /// Those that are whole, the oldest first.
    var all: [DatabaseCopy] {
        ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).sortedByBytes().compactMap { name in
            let copy = JSONFile.read(DatabaseCopy.self, at: "\(root)/\(name)/copy.json")
            return copy?.name.exact == name.exact ? copy : nil
        }
    }

    /// Makes the folder that a copy is written to; it is no copy before it is finished.
    /// - Throws: `FileError`.
    func begin(_ copy: DatabaseCopy) throws -> (folder: String, database: String) {
        let new = place(copy) + Self.newMark
        try FileWriting.makeFolder(root, permissions: 0o700)
        try? FileManager.default.removeItem(atPath: new)
        try FileWriting.makeFolder(new, permissions: 0o700)
        return (new, new + "/jupyterhub.sqlite")
    }

    /// Adds what signs cookies, gives the copy its name, and removes the oldest of its kind.
    /// - Throws: `FileError`.
    func finish(_ copy: DatabaseCopy) throws -> DatabaseCopy {
        let new = place(copy) + Self.newMark
        if let secret = FileManager.default.contents(atPath: folder.cookieSecret) {
            try FileWriting.write(Array(secret), to: new + "/cookie_secret", permissions: 0o600)
        }
        try FileWriting.write(JSONFile.bytes(copy), to: new + "/copy.json", permissions: 0o600)
        try? FileManager.default.removeItem(atPath: place(copy))
        guard rename(new, place(copy)) == 0 else {
            throw FileError.notWritten(path: place(copy), reason: String(cString: strerror(errno)))
        }
        for old in all.filter({ $0.reason == copy.reason }).dropLast(copy.reason.kept) {
            try? FileManager.default.removeItem(atPath: place(old))
        }
        return copy
    }

    func abandon(_ copy: DatabaseCopy) { try? FileManager.default.removeItem(atPath: place(copy) + Self.newMark) }

    /// Puts a copy in the place of the database, as one step. The hub must not run.
    /// - Throws: `FileError`.
    func putBack(_ copy: DatabaseCopy) throws {
        let new = folder.database + Self.newMark
        try? FileManager.default.removeItem(atPath: new)
        do {
            try FileManager.default.copyItem(atPath: database(of: copy), toPath: new)
        } catch {
            throw FileError.notWritten(path: new, reason: SystemReason.of(error))
        }
        // What a hub left there belongs to the database that goes.
        for rest in ["-wal", "-shm", "-journal"] { try? FileManager.default.removeItem(atPath: folder.database + rest) }
        guard rename(new, folder.database) == 0 else {
            throw FileError.notWritten(path: folder.database, reason: String(cString: strerror(errno)))
        }
    }
}
