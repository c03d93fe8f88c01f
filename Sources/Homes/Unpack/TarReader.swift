import Foundation
import Texts

/// Reads a tar archive, also one that gzip has compressed: ustar, pax, GNU's long names, and all four forms in which GNU tar
/// writes sparse files.
struct TarReader: ArchiveReading {
    private let file: ArchiveSource

    init(_ file: ArchiveSource) { self.file = file }

    /// Whether a file that begins so is a tar archive.
    static func isTar(_ head: [UInt8]) -> Bool { head.count == 512 && TarHeader(head) != nil }

    /// Whether a file is a tar archive without members: nothing but its end, in at most the block in which tar programs write
    /// it. A longer file of zeros is one whose contents a disk has lost.
    static func isEmpty(_ file: ArchiveSource) throws -> Bool {
        guard (512...(20 * 512)).contains(file.length) else { return false }
        return try file.read(at: 0, upTo: Int(file.length)).allSatisfy { $0 == 0 }
    }

    func readAll(_ body: (FoundMember, MemberContents) throws -> Void) throws -> ArchiveEnd {
        var input = try TarInput(file)
        var before = TarMember.Before()
        var global = PaxRecords()
        while let block = try input.block() {
            guard let header = TarHeader(block) else {
                guard block.allSatisfy({ $0 == 0 }) else { throw file.broken("a header in it is damaged") }
                guard !before.isThere else { throw file.broken("the last header in it belongs to no member") }
                return try input.end()
            }
            before.isThere = before.isThere || ["x", "X", "L", "K"].contains(header.kind)
            switch header.kind {
            case "x", "X": before.records = try records(header, &input)
            case "g": global.merge(try records(header, &input, isGlobal: true))
            case "L": before.name = try input.text(header.size).prefix { $0 != 0 }.map(\.self)
            case "K": before.target = try input.text(header.size).prefix { $0 != 0 }.map(\.self)
            case "V":
                // The name of a tape.
                input.open(header.size)
                try input.closeMember()
            default:
                before.records.fill(from: global)
                try hand(header, before, &input, body)
                before = TarMember.Before()
            }
        }
        // Some programs leave out the mark of the end. What is cut there looks the same.
        guard input.isAtEnd, !before.isThere else { throw file.broken("it ends too early; resume its download") }
        return .withoutMark
    }

    private func records(_ header: TarHeader, _ input: inout TarInput, isGlobal: Bool = false) throws -> PaxRecords {
        guard let records = PaxRecords(try input.text(header.size)), !isGlobal || !records.isOfOneFile else {
            throw file.broken("a header in it is damaged")
        }
        return records
    }

    private func hand(
        _ header: TarHeader, _ before: TarMember.Before, _ input: inout TarInput,
        _ body: (FoundMember, MemberContents) throws -> Void
    ) throws {
        let found: TarMember
        do throws(MemberFault) {
            let old = header.kind == "S" ? try oldSparse(header, &input) : nil
            found = try TarMember.read(header, before, oldSparse: old)
        } catch {
            throw file.broken("\(ByteText.readable(before.name ?? header.name)): \(error.what)")
        }
        guard found.member.path.count <= Int(UInt16.max) else { throw file.broken("a name in it is too long") }
        input.open(found.stored)
        try withoutActuallyEscaping(body) { body in
            var local = input
            defer { input = local }
            try body(found.member) { use in
                if case .unreadable(let what) = found.member.kind { throw MemberFault(what: what) }
                guard let sparse = found.sparse else { return try local.contents(use) }
                try local.sparse(sparse, use)
            }
        }
        try input.closeMember()
    }

    /// The pieces of a file that old GNU tar wrote: some in the header, the others in blocks behind it.
    private func oldSparse(_ header: TarHeader, _ input: inout TarInput) throws(MemberFault) -> SparseForm {
        guard var pieces = header.oldPieces, let size = header.realSize else { throw SparseForm.damaged }
        var hasMore = header.hasMorePieces
        while hasMore {
            guard pieces.count < 1 << 21, let block = try? input.block(), let more = TarHeader.morePieces(block) else {
                throw SparseForm.damaged
            }
            pieces += more.pieces
            hasMore = !more.isLast
        }
        return .known(pieces, size: size)
    }
}
