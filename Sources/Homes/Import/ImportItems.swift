import Foundation

/// The things that an archive would put into a folder, in the order of its members: a few bytes for each; there may be
/// millions.
struct ImportItems {
    /// The kinds of items.
    enum Kind: UInt8 { case folder, file, link, hardLink }

    /// An item in a few bytes.
    struct Row {
        /// The beginning of the path among the bytes; the target of a link stands behind it.
        var path: Int
        var pathLength: UInt32
        var targetLength: UInt32
        let number: UInt32
        let permissions: UInt16
        let kind: Kind
        var isLeftOut = false
        let modified: Int64
        let size: UInt64
    }

    var rows: [Row] = []
    /// The paths of the rows, and the targets of links.
    var bytes: [UInt8] = []

    var count: Int { rows.count }
    /// The size of all files, in bytes.
    var size: UInt64 { rows.reduce(0) { $0 + ($1.kind == .file ? $1.size : 0) } }
    var links: Int { rows.count { $0.kind == .link } }

    func number(_ index: Int) -> Int { Int(rows[index].number) }
    func isFile(_ index: Int) -> Bool { rows[index].kind == .file }
    /// The size of a file, in bytes; zero for what is none.
    func size(of index: Int) -> UInt64 { isFile(index) ? rows[index].size : 0 }

    subscript(index: Int) -> ImportItem {
        let row = rows[index]
        let (path, target) = (Array(path(of: index)), Array(target(of: index)))
        let kind: FoundMember.Kind =
            switch row.kind {
            case .folder: .folder
            case .file: .file
            case .link: .link(target: target)
            case .hardLink: .hardLink(target: target)
            }
        let member = FoundMember(
            path: path, kind: kind, permissions: UInt32(row.permissions), modified: row.modified, size: row.size)
        return ImportItem(path: path, member: member, number: Int(row.number))
    }

    /// Adds a member that has a place of its own.
    mutating func add(_ member: FoundMember, at path: [UInt8], number: Int) {
        let (kind, target): (Kind, [UInt8])
        switch member.kind {
        case .folder: (kind, target) = (.folder, [])
        case .file: (kind, target) = (.file, [])
        case .link(let bytes): (kind, target) = (.link, bytes)
        case .hardLink(let bytes): (kind, target) = (.hardLink, ImportPlan.inside(bytes) ?? bytes)
        case .other, .unreadable: return
        }
        rows.append(
            Row(
                path: bytes.count, pathLength: UInt32(path.count), targetLength: UInt32(target.count),
                number: UInt32(number), permissions: UInt16(member.permissions & 0o7777), kind: kind,
                modified: member.modified, size: member.size))
        bytes += path
        bytes += target
    }

    /// Which of some folders the items are or are in.
    func folders(among some: [[UInt8]]) -> [[UInt8]] {
        guard !some.isEmpty else { return [] }
        var wanted = Set(some)
        var found: [[UInt8]] = []
        for index in rows.indices where !wanted.isEmpty {
            let path = path(of: index)
            let ends = path.indices.filter { path[$0] == 0x2F } + (rows[index].kind == .folder ? [path.endIndex] : [])
            found += ends.compactMap { wanted.remove(Array(path[..<$0])) }
        }
        return found
    }

    /// Takes the first bytes from all paths.
    mutating func dropFirst(_ count: Int) {
        for index in rows.indices {
            rows[index].path += count
            rows[index].pathLength -= UInt32(count)
        }
    }

    mutating func removeAll(where isNeedless: (ArraySlice<UInt8>) -> Bool) {
        let bytes = bytes
        rows.removeAll { isNeedless(bytes[Self.range($0)]) }
    }

    /// Takes out what there is a reason against.
    ///
    /// - Returns: those, with their reasons.
    mutating func leaveOut(_ reason: (ImportItem) -> String?) throws -> [HomeReceipt.Exception] {
        var left: [HomeReceipt.Exception] = []
        for index in rows.indices {
            try Task.checkCancellation()
            let item = self[index]
            guard let why = reason(item) else { continue }
            rows[index].isLeftOut = true
            left.append(HomeReceipt.Exception(path: ByteText.readable(item.path), reason: why))
        }
        rows.removeAll(where: \.isLeftOut)
        return left
    }

    /// Finds things below what is no folder, and what is to be a folder first and something else then. Of what has one path
    /// the last stays, as tar means it when an archive is added to.
    ///
    /// - Returns: what is wrong, for people; nil when nothing is.
    mutating func conflict() throws -> String? {
        let sorted = try sorted()
        var order = sorted[...]
        guard var one = order.popFirst() else { return nil }
        var isReplaced = false
        for next in order {
            let (first, second) = (path(of: one), path(of: next))
            if first.elementsEqual(second) {
                guard rows[one].kind != .folder || rows[next].kind == .folder else {
                    return "two members want to be \(ByteText.readable(Array(first)))"
                }
                isReplaced = true
            } else if rows[one].kind != .folder, second.count > first.count, second.starts(with: first),
                second[second.startIndex + first.count] == 0x2F
            {
                return "\(ByteText.readable(Array(second))) is below something that is no folder"
            }
            one = next
        }
        if isReplaced { replace(sorted) }
        return nil
    }

    /// The numbers of the rows, so that what is in a folder stands right behind it, and what has one path in the order of its
    /// members.
    private func sorted() throws -> [Int] {
        try Task.checkCancellation()
        return bytes.withUnsafeBytes { bytes in
            rows.indices.sorted { one, other in
                let first = UnsafeRawBufferPointer(rebasing: bytes[Self.range(rows[one])])
                let second = UnsafeRawBufferPointer(rebasing: bytes[Self.range(rows[other])])
                return Self.isBefore(first, second) ?? (one < other)
            }
        }
    }

    /// Whether the first path stands before the second; nil when they are equal.
    static func isBefore(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Bool? {
        // Names never hold zero, so `/` can be the least of all.
        if let (left, right) = difference(first, second) {
            return (left == 0x2F ? 0 : left) < (right == 0x2F ? 0 : right)
        }
        return first.count == second.count ? nil : first.count < second.count
    }

    /// The first bytes that differ; nil when one text begins with the other. Long paths that begin alike are compared piece by
    /// piece.
    private static func difference(
        _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
    ) -> (UInt8, UInt8)? {
        let count = min(first.count, second.count)
        guard count > 0, let one = first.baseAddress, let other = second.baseAddress else { return nil }
        var place = 0
        while place + 64 <= count, memcmp(one + place, other + place, 64) == 0 { place += 64 }
        while place < count {
            if first[place] != second[place] { return (first[place], second[place]) }
            place += 1
        }
        return nil
    }

    static func range(_ row: Row) -> Range<Int> { row.path..<(row.path + Int(row.pathLength)) }

    func path(of index: Int) -> ArraySlice<UInt8> { bytes[Self.range(rows[index])] }

    /// The target of a link.
    func target(of index: Int) -> ArraySlice<UInt8> {
        let end = Self.range(rows[index]).upperBound
        return bytes[end..<(end + Int(rows[index].targetLength))]
    }
}
