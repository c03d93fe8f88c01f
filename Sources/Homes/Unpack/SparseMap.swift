/// The map of a file with holes: how many pieces, then where each is and how long, a line each.
struct SparseMap {
    private var numbers: [UInt64] = []
    private var digits = ""

    var isComplete: Bool { numbers.first.map { UInt64(numbers.count) > $0 * 2 } ?? false }

    var ranges: [(offset: UInt64, count: UInt64)] {
        stride(from: 1, to: numbers.count - 1, by: 2).map { (numbers[$0], numbers[$0 + 1]) }
    }

    mutating func add(_ block: [UInt8]) -> Bool {
        for byte in block where !isComplete {
            if byte == 0x0A {
                guard let number = UInt64(digits), number < 1 << 62, numbers.count < 1 << 20 else { return false }
                numbers.append(number)
                digits = ""
            } else {
                guard (0x30...0x39).contains(byte), digits.utf8.count < 20 else { return false }
                digits.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        return numbers.first.map { $0 < 1 << 20 } ?? true
    }
}
