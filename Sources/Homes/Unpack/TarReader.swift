import Foundation
import Texts

/// Reads a tar archive, also one that gzip has compressed: ustar, pax, GNU's long names, and holes as GNU tar writes them.
struct TarReader: ArchiveReading {
    private let file: ArchiveSource

    init(_ file: ArchiveSource) { self.file = file }

    /// Whether a file that begins so is a tar archive.
    static func isTar(_ head: [UInt8]) -> Bool { head.count == 512 && TarHeader(head) != nil }

    func readAll(_ body: (FoundMember, MemberContents) throws -> Void) throws {
        var input = try TarInput(file)
        var names = LongNames()
        var global: [ExactText: [UInt8]] = [:]
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

    /// The facts that headers before the header tell about the next member.
    private struct LongNames {
        var pax: [ExactText: [UInt8]] = [:]
        var name: [UInt8]?
        var target: [UInt8]?

        func number(_ key: ExactText) -> Int64? {
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
        ["path", "linkpath", "size", "mtime"] + ["major", "name", "realsize"].map { "GNU.sparse.\($0)".exact })

    private static func records(_ text: [UInt8], _ file: ArchiveSource) throws -> [ExactText: [UInt8]] {
        var records: [ExactText: [UInt8]] = [:]
        var rest = text[...]
        while let space = rest.firstIndex(of: 0x20) {
            guard let length = Int(String(decoding: rest[..<space], as: UTF8.self)), length > space - rest.startIndex,
                length <= rest.count
            else { throw file.broken("a header in it is damaged") }
            let line = rest[(space + 1)..<(rest.startIndex + length)].dropLast()
            if let equals = line.firstIndex(of: 0x3D) {
                let key = String(decoding: line[..<equals], as: UTF8.self).exact
                if known.contains(key) { records[key] = Array(line[(equals + 1)...]) }
            }
            rest = rest.dropFirst(length)
        }
        return records
    }
}
