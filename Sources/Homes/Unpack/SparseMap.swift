/// A piece of a file that is no hole.
struct SparsePiece: Equatable {
    /// Its place in the file, in bytes.
    let offset: UInt64
    let count: UInt64
}

/// The form of a sparse file in a tar archive, and what is known of it from its headers.
enum SparseForm: Equatable {
    /// The pieces stand in the headers.
    case known([SparsePiece], size: UInt64)
    /// The pieces stand before the contents (GNU 1.0).
    case inContents(size: UInt64)
}

extension SparseForm {
    /// The form that extended headers say; nil when the file has no holes.
    ///
    /// - Throws: `MemberFault` for a form that is not known, and what is damaged.
    init?(_ records: PaxRecords) throws(MemberFault) {
        let major = try records.count(.sparseMajor)
        let minor = try records.count(.sparseMinor)
        let size = try records.count(records[.sparseRealSize] == nil ? .sparseSize : .sparseRealSize)
        if let major {
            guard major == 1, minor == 0 else {
                throw MemberFault(
                    what: "it is a sparse file of the form \(major).\(minor ?? 0), which Hubfleet does not know")
            }
            guard let size else { throw MemberFault(what: "GNU.sparse.realsize is missing in its header") }
            self = .inContents(size: size)
            return
        }
        guard records.isOfOneFile else { return nil }
        let numbers = try records.sparseNumbers()
        guard let size, numbers.count.isMultiple(of: 2) else { throw Self.damaged }
        let pieces = stride(from: 0, to: numbers.count, by: 2).map {
            SparsePiece(offset: numbers[$0], count: numbers[$0 + 1])
        }
        if let count = try records.count(.sparseCount), count != pieces.count { throw Self.damaged }
        self = .known(pieces, size: size)
    }

    static let damaged = MemberFault(what: "the list of its pieces is damaged")

    /// The length of the file with its holes, in bytes.
    var size: UInt64 {
        switch self {
        case .known(_, let size), .inContents(let size): size
        }
    }
}

extension PaxRecords {
    /// Offset and length of each piece, one after the other, of the forms 0.0 and 0.1.
    fileprivate func sparseNumbers() throws(MemberFault) -> [UInt64] {
        var texts: [[UInt8]] = []
        if let map = self[.sparseMap] {
            texts = map.split(separator: 0x2C, omittingEmptySubsequences: false).map(Array.init)
        } else {
            for (index, number) in pieceNumbers.enumerated() {
                guard number.key == (index.isMultiple(of: 2) ? .sparseOffset : .sparseBytes) else {
                    throw SparseForm.damaged
                }
                texts.append(number.value)
            }
        }
        var numbers: [UInt64] = []
        for text in texts {
            guard let number = Self.count(text) else { throw SparseForm.damaged }
            numbers.append(number)
        }
        return numbers
    }
}

/// The map of a file with holes in the form 1.0: how many pieces, then where each is and how long, a line each.
struct SparseMap {
    private var numbers: [UInt64] = []
    private var digits: [UInt8] = []

    var isComplete: Bool { numbers.first.map { UInt64(numbers.count) > $0 * 2 } ?? false }

    var pieces: [SparsePiece] {
        stride(from: 1, to: numbers.count - 1, by: 2).map { SparsePiece(offset: numbers[$0], count: numbers[$0 + 1]) }
    }

    /// - Returns: false when it is damaged.
    mutating func add(_ block: [UInt8]) -> Bool {
        for byte in block where !isComplete {
            if byte == 0x0A {
                guard let number = PaxRecords.count(digits), number < 1 << 62, numbers.count < 1 << 22 else {
                    return false
                }
                numbers.append(number)
                digits = []
            } else {
                guard (0x30...0x39).contains(byte), digits.count < 20 else { return false }
                digits.append(byte)
            }
        }
        return numbers.first.map { $0 < 1 << 21 } ?? true
    }
}
