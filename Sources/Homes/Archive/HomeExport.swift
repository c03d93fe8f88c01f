import Crypto
import Foundation

/// Writes the archive of a home, reading each file once.
package struct HomeExport {
    /// What came of it.
    package struct Result: Sendable, Equatable {
        package let files: Int
        package let bytes: Int64
        /// SHA-256 over the manifest's entries: the same for the same home.
        package let root: String
        /// What does not stand in the archive as it stands in the home.
        package let problems: [HomeProblem]
    }

    private let archive: HomeArchive
    private let home: HomeFiles
    private static let pieceSize = 1 << 20

    /// - Throws: `HomeError.notAFolder`.
    package init(_ archive: HomeArchive, of home: String) throws {
        self.archive = archive
        self.home = try HomeFiles(home)
    }

    /// Writes the whole archive, piece by piece, to what takes the next bytes; it may throw to end.
    package func run(_ write: (UnsafeRawBufferPointer) throws -> Void) throws -> Result {
        var digests: [Int: HomeManifest.Digest] = [:]
        var checksums: [UInt32] = []
        var root = ""
        for member in archive.layout.members {
            try Task.checkCancellation()
            try put(ZipRecord.localHeader(member), write)
            var crc = ZipRecord.knownCRC(member) ?? 0
            switch member.content {
            case .bytes(let bytes): try put(bytes, write)
            case .file(let index):
                let digest = try copy(archive.scan.entries[index], write)
                digests[index] = digest
                crc = digest.crc
            case .manifest:
                let text = archive.manifest.text { digests[$0] ?? Self.none }
                crc = CRC32.of(text)
                root = Self.root(in: text)
                try put(text, write)
            }
            try put(ZipRecord.descriptor(member, crc: crc), write)
            checksums.append(crc)
        }
        try putEnd(checksums, write)
        return result(digests, root: root)
    }

    private static let none = HomeManifest.Digest(sha256: [UInt8](repeating: 0, count: 32), crc: 0, state: .ok)

    private func put(_ bytes: [UInt8], _ write: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard !bytes.isEmpty else { return }
        try bytes.withUnsafeBytes { try write($0) }
    }

    private func putEnd(_ checksums: [UInt32], _ write: (UnsafeRawBufferPointer) throws -> Void) throws {
        let layout = archive.layout
        var buffer: [UInt8] = []
        for (index, member) in layout.members.enumerated() {
            buffer += ZipRecord.central(member, offset: layout.offsets[index], crc: checksums[index])
            if buffer.count > Self.pieceSize {
                try put(buffer, write)
                buffer.removeAll(keepingCapacity: true)
            }
        }
        buffer += ZipRecord.end(count: layout.members.count, offset: layout.centralOffset, size: layout.centralSize)
        try put(buffer, write)
    }

    /// Copies a file. It always gives as many bytes as the scan saw: a file that is shorter now is filled with zeros, one
    /// that is longer is cut, and the manifest says so.
    private func copy(
        _ entry: HomeEntry, _ write: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> HomeManifest.Digest {
        var reader = home.open(entry)
        defer { reader.close() }
        var crc = CRC32()
        var sha = SHA256()
        var left = entry.size
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 16)
        defer { piece.deallocate() }
        while left > 0 {
            try Task.checkCancellation()
            let wanted = UnsafeMutableRawBufferPointer(rebasing: piece[..<Int(min(left, Int64(piece.count)))])
            let count = reader.read(into: wanted)
            let bytes = UnsafeRawBufferPointer(rebasing: wanted[..<count])
            crc.update(bytes)
            sha.update(bufferPointer: bytes)
            try write(bytes)
            left -= Int64(count)
        }
        return HomeManifest.Digest(sha256: Array(sha.finalize()), crc: crc.value, state: reader.finish())
    }

    private func result(_ digests: [Int: HomeManifest.Digest], root: String) -> Result {
        let changed = digests.filter { $0.value.state != .ok }.sorted { $0.key < $1.key }.map { index, digest in
            let reason: HomeProblem.Reason =
                switch digest.state {
                case .vanished: .vanished
                case .unreadable: .unreadable
                default: .changed
                }
            return HomeProblem(path: archive.scan.entries[index].path, reason: reason)
        }
        return Result(
            files: digests.count, bytes: archive.scan.totalBytes, root: root,
            problems: archive.scan.problems + changed)
    }

    private static func root(in manifest: [UInt8]) -> String {
        let text = String(decoding: manifest.prefix(200), as: UTF8.self)
        return text.split(separator: "\"root\":\"").last.map { String($0.prefix(64)) } ?? ""
    }
}
