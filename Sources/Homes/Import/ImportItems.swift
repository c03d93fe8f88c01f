import Foundation

/// The things that an archive would put into a folder, in the order of its members: a few bytes for each; there may be
/// millions.
struct ImportItems {
    /// The kinds of items.
    private enum Kind: UInt8 { case folder, file, link, hardLink }

    /// An item in a few bytes.
    private struct Row {
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

        /// The same with its path, and the target behind it, at another place.
        func moved(to place: Int, _ pathLength: Int, _ targetLength: Int) -> Row {
            var row = self
            (row.path, row.pathLength, row.targetLength) = (place, UInt32(pathLength), UInt32(targetLength))
            return row
        }
    }

    private var rows: [Row] = []
    private var bytes: [UInt8] = []

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
        let path = Array(bytes[Self.range(row)])
        let target = Array(bytes[Self.range(row).upperBound..<(Self.range(row).upperBound + Int(row.targetLength))])
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
        var order = try sorted()[...]
        guard var one = order.popFirst() else { return nil }
        var replaced: [(old: Int, new: Int)] = []
        for next in order {
            let (first, second) = (bytes[Self.range(rows[one])], bytes[Self.range(rows[next])])
            if first.elementsEqual(second) {
                guard rows[one].kind != .folder || rows[next].kind == .folder else {
                    return "two members want to be \(ByteText.readable(Array(first)))"
                }
                replaced.append((one, next))
            } else if rows[one].kind != .folder, second.count > first.count, second.starts(with: first),
                second[second.startIndex + first.count] == 0x2F
            {
                return "\(ByteText.readable(Array(second))) is below something that is no folder"
            }
            one = next
        }
        replace(replaced)
        return nil
    }

    /// Leaves out what later members replace, but for contents that have a second name.
    private mutating func replace(_ pairs: [(old: Int, new: Int)]) {
        guard !pairs.isEmpty else { return }
        let olds = Set(pairs.map(\.old))
        for (old, new) in pairs {
            // A second name of itself, as GNU tar writes for a file that it was told twice.
            if rows[new].kind == .hardLink, leads(new, to: bytes[Self.range(rows[old])]) {
                rows[new].isLeftOut = true
                continue
            }
            rows[old].isLeftOut = true
            if rows[old].kind == .file { keepContents(of: old, until: rows[new].number, notBy: olds) }
        }
        rows.removeAll(where: \.isLeftOut)
    }

    /// Gives a file that is replaced the path of its first second name; the other ones are of that then.
    private mutating func keepContents(of old: Int, until end: UInt32, notBy olds: Set<Int>) {
        let path = bytes[Self.range(rows[old])]
        let links = rows.indices.filter {
            rows[$0].kind == .hardLink && !olds.contains($0) && (rows[old].number..<end).contains(rows[$0].number)
                && target(of: $0).elementsEqual(path)
        }
        guard let first = links.first else { return }
        (rows[old].path, rows[old].pathLength) = (rows[first].path, rows[first].pathLength)
        (rows[old].isLeftOut, rows[first].isLeftOut) = (false, true)
        let kept = Array(bytes[Self.range(rows[old])])
        for link in links.dropFirst() {
            let own = Array(bytes[Self.range(rows[link])])
            rows[link] = rows[link].moved(to: bytes.count, own.count, kept.count)
            bytes += own + kept
        }
    }

    private func target(of index: Int) -> ArraySlice<UInt8> {
        let end = Self.range(rows[index]).upperBound
        return bytes[end..<(end + Int(rows[index].targetLength))]
    }

    /// Whether a second name is, by way of others before it, one of a path.
    private func leads(_ index: Int, to path: ArraySlice<UInt8>) -> Bool {
        var index = index
        while true {
            let wanted = target(of: index)
            if wanted.elementsEqual(path) { return true }
            let before = rows[..<index].lastIndex { bytes[Self.range($0)].elementsEqual(wanted) }
            guard let before, rows[before].kind == .hardLink else { return false }
            index = before
        }
    }

    /// The numbers of the rows, so that what is in a folder stands right behind it.
    private func sorted() throws -> [Int] {
        try Task.checkCancellation()
        return bytes.withUnsafeBytes { bytes in
            rows.indices.sorted { one, other in
                let first = UnsafeRawBufferPointer(rebasing: bytes[Self.range(rows[one])])
                let second = UnsafeRawBufferPointer(rebasing: bytes[Self.range(rows[other])])
                // Names never hold zero, so `/` can be the least of all.
                if let (left, right) = Self.difference(first, second) {
                    return (left == 0x2F ? 0 : left) < (right == 0x2F ? 0 : right)
                }
                return first.count == second.count ? one < other : first.count < second.count
            }
        }
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

    private static func range(_ row: Row) -> Range<Int> { row.path..<(row.path + Int(row.pathLength)) }
}
