import Foundation

/// Reads a tar archive, also one that gzip has compressed: ustar, pax, GNU's long names, and holes as GNU tar writes them.
struct TarReader: ArchiveReading {
    private let file: ArchiveSource

    init(_ file: ArchiveSource) { self.file = file }

    /// Whether a file that begins so is a tar archive.
    static func isTar(_ head: [UInt8]) -> Bool { head.count == 512 && TarHeader(head) != nil }

    func readAll(_ body: (FoundMember, MemberContents) throws -> Void) throws {
        var input = try TarInput(file)
        var names = LongNames()
        var global: [String: [UInt8]] = [:]
        while let block = try input.block() {
            guard let header = TarHeader(block) else {
                guard block.allSatisfy({ $0 == 0 }) else { throw file.broken("a header in it is damaged") }
                return
            }
            switch header.kind {
            case "x": names.pax = try Self.records(try input.text(header.size), file)
            case "g": global.merge(try Self.records(try input.text(header.size), file)) { _, new in new }
            case "L": names.name = try input.text(header.size).prefix { $0 != 0 }.map(\.self)
            case "K": names.target = try input.text(header.size).prefix { $0 != 0 }.map(\.self)
            default:
                names.pax.merge(global) { own, _ in own }
                try hand(header, names, &input, body)
                names = LongNames()
            }
        }
        throw file.broken("it ends too early; resume its download")
    }

    /// What headers before the header say of the next member.
    private struct LongNames {
        var pax: [String: [UInt8]] = [:]
        var name: [UInt8]?
        var target: [UInt8]?

        func number(_ key: String) -> Int64? {
            pax[key].flatMap { Double(String(decoding: $0, as: UTF8.self)) }.flatMap {
                abs($0) < 9e18 ? Int64($0.rounded(.down)) : nil
            }
        }
    }

    private func hand(
        _ header: TarHeader, _ names: LongNames, _ input: inout TarInput,
        _ body: (FoundMember, MemberContents) throws -> Void
    ) throws {
        let stored = UInt64(max(0, names.number("size") ?? Int64(clamping: header.size)))
        let isSparse = names.pax["GNU.sparse.major"] != nil
        var path = names.pax["GNU.sparse.name"] ?? names.pax["path"] ?? names.name ?? header.name
        while path.last == 0x2F { path.removeLast() }
        if path.starts(with: Array("./".utf8)) { path.removeFirst(2) }
        guard path.count <= Int(UInt16.max) else { throw file.broken("a name in it is too long") }
        let target = names.pax["linkpath"] ?? names.target ?? header.target
        let kind: FoundMember.Kind
        switch header.kind {
        case "0", "\0", "7": kind = header.name.last == 0x2F ? .folder : .file
        case "5": kind = .folder
        case "2": kind = .link(target: target)
        case "1": kind = .hardLink(target: target)
        case "S": kind = .unreadable("a sparse file of an old form")
        default: kind = .other("a device or the like")
        }
        let real = isSparse ? names.number("GNU.sparse.realsize").map { UInt64(max(0, $0)) } : nil
        let member = FoundMember(
            path: path, kind: kind, permissions: UInt32(header.mode & 0o7777),
            modified: names.number("mtime") ?? header.modified, size: kind == .file ? real ?? stored : 0)
        guard member.size <= UInt64(HomeWalk.mostBytes) else {
            throw file.broken("\(member.shownPath) would be larger than anybody can store")
        }
        input.open(stored)
        try withoutActuallyEscaping(body) { body in
            var local = input
            defer { input = local }
            try body(member) { use in
                if isSparse { try local.sparse(member.size, use) } else { try local.contents(use) }
            }
        }
        try input.closeMember()
    }

    /// The others are left: global ones are kept for the whole archive, and could be without end.
    private static let known = Set(
        ["path", "linkpath", "size", "mtime"] + ["major", "name", "realsize"].map { "GNU.sparse." + $0 })

    private static func records(_ text: [UInt8], _ file: ArchiveSource) throws -> [String: [UInt8]] {
        var records: [String: [UInt8]] = [:]
        var rest = text[...]
        while let space = rest.firstIndex(of: 0x20) {
            guard let length = Int(String(decoding: rest[..<space], as: UTF8.self)), length > space - rest.startIndex,
                length <= rest.count
            else { throw file.broken("a header in it is damaged") }
            let line = rest[(space + 1)..<(rest.startIndex + length)].dropLast()
            if let equals = line.firstIndex(of: 0x3D) {
                let key = String(decoding: line[..<equals], as: UTF8.self)
                if known.contains(key) { records[key] = Array(line[(equals + 1)...]) }
            }
            rest = rest.dropFirst(length)
        }
        return records
    }
}

/// The fields of a header.
private struct TarHeader {
    let name: [UInt8]
    let target: [UInt8]
    let mode: UInt64
    let size: UInt64
    let modified: Int64
    let kind: Character

    /// Nil when its checksum is wrong.
    init?(_ block: [UInt8]) {
        func text(_ range: Range<Int>) -> [UInt8] { block[range].prefix { $0 != 0 }.map(\.self) }
        guard let sum = Self.number(block[148..<156]),
            sum == block.enumerated().reduce(0, { $0 + UInt64((148..<156).contains($1.offset) ? 0x20 : $1.element) })
        else { return nil }
        let prefix = block[257..<263].elementsEqual("ustar\u{0}".utf8) ? text(345..<500) : []
        name = prefix.isEmpty ? text(0..<100) : prefix + [0x2F] + text(0..<100)
        target = text(157..<257)
        mode = Self.number(block[100..<108]) ?? 0o644
        guard let size = Self.number(block[124..<136]) else { return nil }
        self.size = size
        modified = Int64(clamping: Self.number(block[136..<148]) ?? 0)
        kind = Character(Unicode.Scalar(block[156]))
    }

    /// In octal digits, or in binary when the first bit is set.
    private static func number(_ field: ArraySlice<UInt8>) -> UInt64? {
        if let first = field.first, first & 0x80 != 0 {
            guard first == 0x80, field.dropFirst().dropLast(8).allSatisfy({ $0 == 0 }) else { return nil }
            return field.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
        }
        let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0 && $0 != 0x20 }
        return digits.isEmpty ? 0 : UInt64(String(decoding: digits, as: UTF8.self), radix: 8)
    }
}

/// The blocks of a tar archive, one after another.
private struct TarInput {
    private let file: ArchiveSource
    private let gunzip: Gunzip?
    private var place: UInt64 = 0
    /// Of the open member, with the zeros behind it.
    private var left: UInt64 = 0
    private var padding: UInt64 = 0

    init(_ file: ArchiveSource) throws {
        self.file = file
        gunzip = try file.read(at: 0, upTo: 2) == [0x1F, 0x8B] ? Gunzip(file) : nil
    }

    /// The next block; nil at the end of the file.
    mutating func block() throws -> [UInt8]? {
        let bytes = try take(512)
        return bytes.count == 512 ? bytes : nil
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

    /// A file with holes: its map stands before its bytes.
    mutating func sparse(_ size: UInt64, _ use: (UnsafeRawBufferPointer) throws -> Void) throws {
        var numbers = SparseMap()
        while !numbers.isComplete {
            guard left >= 512, let block = try block() else { throw MemberFault(what: "the archive is damaged here") }
            left -= 512
            guard numbers.add(block) else { throw MemberFault(what: "the archive is damaged here") }
        }
        var written: UInt64 = 0
        for (offset, count) in numbers.ranges {
            guard offset >= written, offset <= size, count <= size - offset, count <= left else {
                throw MemberFault(what: "the archive is damaged here")
            }
            try Self.zeros(offset - written, use)
            let after = left - count
            left = count
            try contents(use)
            left = after
            written = offset + count
        }
        try Self.zeros(size - written, use)
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

/// The map of a file with holes: how many pieces, then where each is and how long, a line each.
private struct SparseMap {
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
