import FleetTools
import Foundation
import Texts

/// Writes the members of a snapshot one after another, compressed.
struct CompressedWriter {
    private let snapshot: HomeSnapshot
    private let time: any TimeSource
    private let write: ([UInt8]) throws -> Void
    private let tell: (ExportEvent) -> Void
    private let table: DigestTable
    private let files: HomeFiles
    private let deflater: Deflater
    private var crcs: [UInt32] = []
    private var sizes: [UInt64] = []
    private var position: UInt64 = 0
    private var contents: UInt64 = 0
    private var filesDone = 0

    init(
        _ snapshot: HomeSnapshot, _ time: any TimeSource, _ write: @escaping ([UInt8]) throws -> Void,
        _ tell: @escaping (ExportEvent) -> Void
    ) throws {
        self.snapshot = snapshot
        self.time = time
        self.write = write
        self.tell = tell
        table = try snapshot.table(.zip)
        files = try HomeFiles(snapshot.summary.home.text)
        deflater = try Deflater()
    }

    mutating func run() throws -> HomeReceipt {
        var text = try ManifestText(snapshot, table)
        var cursor = try MemberCursor(snapshot)
        while let member = try cursor.next() {
            try Task.checkCancellation()
            try put(ZipRecord.localHeader(member, isCompressed: true))
            let begin = position
            let crc: UInt32
            switch member.content {
            case .bytes(let bytes):
                try put(bytes)
                crc = CRC32.of(bytes)
            case .file(let entry, let index, _): crc = try copy(entry, index)
            case .manifest:
                crc = try copy(&text)
            }
            crcs.append(crc)
            sizes.append(position - begin)
            try put(ZipRecord.descriptor(member, crc: crc, compressed: position - begin))
        }
        try putDirectory()
        return try HomeReceipt(
            .export, snapshot, .zip,
            ArchiveStream.Result(
                root: text.root, tree: text.tree, changed: text.changed, changedCount: text.changedCount),
            length: position, finished: time.now)
    }

    private mutating func put(_ bytes: [UInt8]) throws {
        guard !bytes.isEmpty else { return }
        try write(bytes)
        position += UInt64(bytes.count)
    }

    private mutating func compress(_ bytes: UnsafeRawBufferPointer, isLast: Bool) throws {
        var made: [[UInt8]] = []
        deflater.add(bytes, isLast: isLast) { made.append($0) }
        for piece in made { try put(piece) }
    }

    private mutating func copy(_ entry: HomeEntry, _ index: Int) throws -> UInt32 {
        var copy = try ArchivedFileReading(entry, index: index, data: nil, of: files) { try table.claim(index, $0) }
        var hasher = FileHasher()
        while !copy.isFinished {
            try Task.checkCancellation()
            var count = 0
            let piece = [UInt8](unsafeUninitializedCapacity: ArchiveStream.pieceSize) { buffer, filled in
                if case .bytes(let read) = copy.read(into: UnsafeMutableRawBufferPointer(buffer)) { count = read }
                filled = count
            }
            try piece.withUnsafeBytes {
                hasher.add($0)
                try compress($0, isLast: false)
            }
            contents += UInt64(count)
            tell(.wrote(bytes: contents, files: filesDone))
        }
        try compress(UnsafeRawBufferPointer(start: nil, count: 0), isLast: true)
        var slot = try copy.finish()
        (slot.sha256, slot.progress) = (hasher.finish(), .done)
        try table.settle(index, slot)
        filesDone += 1
        return slot.crc
    }

    private mutating func copy(_ text: inout ManifestText) throws -> UInt32 {
        var crc = CRC32()
        while let bytes = try text.next() {
            try bytes.withUnsafeBytes {
                crc.update($0)
                try compress($0, isLast: false)
            }
        }
        try compress(UnsafeRawBufferPointer(start: nil, count: 0), isLast: true)
        return crc.value
    }

    private mutating func putDirectory() throws {
        let begin = position
        var offset: UInt64 = 0
        var cursor = try MemberCursor(snapshot)
        var number = 0
        while let member = try cursor.next() {
            let size = sizes[number]
            try put(ZipRecord.central(member, offset: offset, crc: crcs[number], compressed: size))
            offset += UInt64(ZipRecord.localHeader(member, isCompressed: true).count) + size
            offset += UInt64(ZipRecord.descriptor(member, crc: 0, compressed: size).count)
            number += 1
        }
        try put(ZipRecord.end(count: number, offset: begin, size: position - begin))
    }
}
