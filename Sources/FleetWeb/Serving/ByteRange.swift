/// The part of an archive that a request wants (RFC 9110, section 14).
enum ByteRange: Equatable {
    case all
    case part(Range<UInt64>)
    case unsatisfiable

    /// - Parameters:
    ///   - header: such as `bytes=100-`; nil, several ranges or another unit: all.
    ///   - length: of the whole, in bytes.
    init(_ header: String?, length: UInt64) {
        self = .all
        guard let header, header.lowercased().hasPrefix("bytes=") else { return }
        let spec = header.dropFirst(6).filter { $0 != " " }
        let ends = spec.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, spec.allSatisfy({ $0.isASCII && $0.isNumber || $0 == "-" }) else { return }
        if ends[0].isEmpty {
            guard let count = UInt64(ends[1]) else { return }
            self = count == 0 || length == 0 ? .unsatisfiable : .part(length - min(count, length)..<length)
        } else if let first = UInt64(ends[0]) {
            guard first < length else {
                self = .unsatisfiable
                return
            }
            let last = ends[1].isEmpty ? length - 1 : UInt64(ends[1]) ?? length - 1
            if last >= first { self = .part(first..<min(last, length - 1) + 1) }
        } else {
            // A number that fits nowhere is behind the end.
            self = .unsatisfiable
        }
    }
}
