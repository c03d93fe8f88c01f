import Crypto
import Foundation

/// Checks an archive of a home: every file against its digest in the manifest, and on demand against a home.
package struct HomeVerification: Sendable, Equatable {
    /// Something that is not as the manifest says.
    package struct Fault: Sendable, Equatable {
        package let path: String
        package let what: String
    }

    /// Files and links whose contents are as the manifest says.
    package let verified: Int
    package let bytes: UInt64
    /// Of the manifest.
    package let root: String
    package let faults: [Fault]
    /// What the archive's maker said is missing, or not as it was.
    package let known: [Fault]

    /// - Throws: `HomeError.notAnArchive`.
    package init(_ path: String) throws {
        let reader = try ZipReader(path)
        let byName = Dictionary(reader.members.map { ($0.name, $0) }) { first, _ in first }
        guard let member = byName["MANIFEST.json"] else {
            throw HomeError.notAnArchive(path, reason: "it has no MANIFEST.json")
        }
        var text: [UInt8] = []
        guard member.size < 1 << 32, try reader.contents(of: member, { text += $0 }) else {
            throw HomeError.notAnArchive(path, reason: "its MANIFEST.json cannot be read")
        }
        let manifest: Manifest
        do {
            manifest = try JSONDecoder().decode(Manifest.self, from: Data(text))
        } catch {
            throw HomeError.notAnArchive(path, reason: "its MANIFEST.json is damaged")
        }
        var faults: [Fault] = []
        var verified = 0
        var bytes: UInt64 = 0
        if CRC32.of(text) != member.crc || manifest.root != Self.root(of: text) {
            faults.append(Fault(path: "MANIFEST.json", what: "it was changed after the archive was made"))
        }
        var expected: Set<String> = ["README.txt", "MANIFEST.json", ArchiveMember.folder]
        for entry in manifest.entries {
            let name = entry.path + (entry.type == "folder" ? "/" : "")
            expected.insert(name)
            guard let member = byName[name] else {
                faults.append(Fault(path: entry.path, what: "it is not in the archive"))
                continue
            }
            if let what = try Self.fault(entry, member, reader) {
                faults.append(Fault(path: entry.path, what: what))
            } else if entry.type != "folder" {
                verified += 1
                bytes += member.size
            }
        }
        faults += reader.members.filter { !expected.contains($0.name) }.map {
            Fault(path: $0.name, what: "the manifest does not know it")
        }
        self.verified = verified
        self.bytes = bytes
        root = manifest.root
        self.faults = faults
        known =
            manifest.missing.map { Fault(path: $0.path, what: $0.reason) }
            + manifest.entries.filter { $0.state != nil && $0.state != "ok" }.map {
                Fault(path: $0.path, what: $0.state ?? "")
            }
    }

    private struct Manifest: Decodable {
        struct Entry: Decodable {
            let path, type, mode: String
            let size: UInt64?
            let target, sha256, state: String?
        }
        struct Missing: Decodable { let path, reason: String }
        let root: String
        let entries: [Entry]
        let missing: [Missing]
    }

    private static func fault(_ entry: Manifest.Entry, _ member: ZipReader.Member, _ reader: ZipReader) throws
        -> String?
    {
        guard String(member.mode & 0o7777, radix: 8) == entry.mode.drop(while: { $0 == "0" }) || entry.mode == "0000"
        else {
            return "its mode is not \(entry.mode)"
        }
        guard entry.type != "folder" else { return nil }
        guard member.isStored else { return "it is compressed, which this archive never is" }
        var sha = SHA256()
        var crc = CRC32()
        var target: [UInt8] = []
        let isLink = entry.type == "link"
        let isThere = try reader.contents(of: member) { piece in
            sha.update(bufferPointer: piece)
            crc.update(piece)
            if isLink, target.count < 1 << 16 { target += piece }
        }
        guard isThere else { return "the archive is damaged here" }
        if let size = entry.size, size != member.size { return "it has \(member.size) bytes instead of \(size)" }
        if isLink { return ByteText.readable(target) == entry.target ? nil : "it leads elsewhere" }
        guard ByteText.hexadecimal(sha.finalize()) == entry.sha256, crc.value == member.crc else {
            return "its contents are not those that were archived"
        }
        return nil
    }

    /// The digest over the lines of the entries.
    private static func root(of manifest: [UInt8]) -> String {
        let lines = manifest.split(separator: 0x0A, omittingEmptySubsequences: false)
        guard let start = lines.firstIndex(where: { $0.elementsEqual("\"entries\":[".utf8) }),
            let end = lines[start...].firstIndex(where: { $0.elementsEqual("],".utf8) })
        else { return "" }
        var sha = SHA256()
        for line in lines[(start + 1)..<end] { sha.update(data: line.last == 0x2C ? line.dropLast() : line) }
        return ByteText.hexadecimal(sha.finalize())
    }
}
