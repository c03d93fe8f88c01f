import Foundation

/// The blocks of a tar archive, one after another.
struct TarInput {
    private let file: ArchiveSource
    private let gunzip: Gunzip?
    private var place: UInt64 = 0
    /// Bytes of the open member that are left, and the zeros behind it.
    private var left: UInt64 = 0
    private var padding: UInt64 = 0
    /// Whether the file ended where the last block was wanted, and not within one.
    private(set) var isAtEnd = false

    init(_ file: ArchiveSource) throws {
        self.file = file
        gunzip = try file.read(at: 0, upTo: 2) == [0x1F, 0x8B] ? Gunzip(file) : nil
    }

    /// The next block; nil at the end of the file.
    mutating func block() throws -> [UInt8]? {
        let bytes = try take(512)
        isAtEnd = bytes.isEmpty
        return bytes.count == 512 ? bytes : nil
    }

    /// Reads what stands behind the first block of zeros, to the end of the file: what was compressed has its checksum there.
    mutating func end() throws -> ArchiveEnd {
        var end = ArchiveEnd.whole
        while true {
            try Task.checkCancellation()
            let rest = try take(1 << 18)
            guard !rest.isEmpty else { return gunzip?.isFollowed == true ? .followed : end }
            if !rest.withUnsafeBytes(Zeros.fill) { end = .followed }
        }
    }

    /// The contents of a header before the header.
    mutating func text(_ size: UInt64) throws -> [UInt8] {
        guard size < 1 << 20 else { throw file.broken("a header in it is too long") }
        let bytes = try take(Int(size))
        guard bytes.count == Int(size) else { throw file.broken("it ends too early; resume its download") }
        _ = try take(Int((512 - size % 512) % 512))
        return bytes
    }

    mutating func open(_ size: UInt64) {
        left = size
        padding = (512 - size % 512) % 512
    }

    mutating func contents(_ use: (UnsafeRawBufferPointer) throws -> Void) throws {
        while left > 0 {
            try Task.checkCancellation()
            let piece = try take(Int(min(left, 1 << 18)))
            guard !piece.isEmpty else { throw MemberFault(what: "the archive ends here; resume its download") }
            left -= UInt64(piece.count)
            try piece.withUnsafeBytes(use)
        }
    }

    /// A file with holes, from its pieces. All that is stored must be in one of them.
    mutating func sparse(_ form: SparseForm, _ use: (UnsafeRawBufferPointer) throws -> Void) throws {
        let pieces: [SparsePiece] =
            switch form {
            case .known(let pieces, _): pieces
            case .inContents: try sparseMap()
            }
        let size = form.size
        var written: UInt64 = 0
        for piece in pieces {
            guard piece.offset >= written, piece.offset <= size, piece.count <= size - piece.offset, piece.count <= left
            else { throw SparseForm.damaged }
            try Self.zeros(piece.offset - written, use)
            let after = left - piece.count
            left = piece.count
            try contents(use)
            left = after
            written = piece.offset + piece.count
        }
        guard left == 0 else { throw SparseForm.damaged }
        try Self.zeros(size - written, use)
    }

    /// The map that stands before the bytes of a file.
    private mutating func sparseMap() throws -> [SparsePiece] {
        var map = SparseMap()
        while !map.isComplete {
            guard left >= 512, let block = try block() else { throw SparseForm.damaged }
            left -= 512
            guard map.add(block) else { throw SparseForm.damaged }
        }
        return map.pieces
    }

    /// Passes over what was not read.
    mutating func closeMember() throws {
        let rest = left + padding
        (left, padding) = (0, 0)
        if gunzip == nil {
            guard rest <= file.length - place else { throw file.broken("it ends too early; resume its download") }
            place += rest
        } else {
            var rest = rest
            while rest > 0 {
                try Task.checkCancellation()
                let count = try take(Int(min(rest, 1 << 18))).count
                guard count > 0 else { throw file.broken("it ends too early; resume its download") }
                rest -= UInt64(count)
            }
        }
    }

    private mutating func take(_ count: Int) throws -> [UInt8] {
        if let gunzip { return try gunzip.read(count) }
        let bytes = try file.read(at: place, upTo: count)
        place += UInt64(bytes.count)
        return bytes
    }

    private static func zeros(_ count: UInt64, _ use: (UnsafeRawBufferPointer) throws -> Void) throws {
        let zeros = [UInt8](repeating: 0, count: 1 << 16)
        var left = count
        while left > 0 {
            try Task.checkCancellation()
            let next = min(left, UInt64(zeros.count))
            try zeros.withUnsafeBytes { try use(UnsafeRawBufferPointer(rebasing: $0[..<Int(next)])) }
            left -= next
        }
    }
}
