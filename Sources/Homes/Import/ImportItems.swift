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
        let targetLength: UInt32
        let number: UInt32
        let permissions: UInt16
        let kind: Kind
        var isLeftOut = false
        let modified: Int64
        let size: UInt64
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

    /// Finds things below what is no folder, and folders that are to be something else, too. Of what has one path the last
    /// stays, as tar means it when an archive is added to.
    ///
    /// - Returns: what is wrong, for people; nil when nothing is.
    mutating func conflict() throws -> String? {
        var order = try sorted()[...]
        guard var one = order.popFirst() else { return nil }
        for next in order {
            let (first, second) = (bytes[Self.range(rows[one])], bytes[Self.range(rows[next])])
            if first.elementsEqual(second) {
                guard (rows[one].kind == .folder) == (rows[next].kind == .folder) else {
                    return "two members want to be \(ByteText.readable(Array(first)))"
                }
                rows[one].isLeftOut = true
            } else if rows[one].kind != .folder, second.count > first.count, second.starts(with: first),
                second[second.startIndex + first.count] == 0x2F
            {
                return "\(ByteText.readable(Array(second))) is below something that is no folder"
            }
            one = next
        }
        let replaced = rows.filter { $0.isLeftOut && $0.kind != .folder }
        rows.removeAll(where: \.isLeftOut)
        return replaced.isEmpty ? nil : lostTarget(replaced)
    }

    /// Finds a second name of a file that a later member replaces: its contents are nowhere else.
    private func lostTarget(_ replaced: [Row]) -> String? {
        let places = Dictionary(grouping: replaced) { Array(bytes[Self.range($0)]) }
        for index in rows.indices where rows[index].kind == .hardLink {
            guard case .hardLink(let target) = self[index].member.kind, let olds = places[target] else { continue }
            let isOld = rows.contains { row in
                row.number > rows[index].number && bytes[Self.range(row)].elementsEqual(target)
            }
            if isOld, olds.contains(where: { $0.number < rows[index].number }) {
                let path = ByteText.readable(self[index].path)
                return "\(path) is a second name of \(ByteText.readable(target)), which a later member replaces"
            }
        }
        return nil
    }

    /// The numbers of the rows, so that what is in a folder stands right behind it.
    private func sorted() throws -> [Int] {
        try Task.checkCancellation()
        return bytes.withUnsafeBufferPointer { bytes in
            rows.indices.sorted { one, other in
                let (first, second) = (bytes[Self.range(rows[one])], bytes[Self.range(rows[other])])
                // Names never hold zero, so `/` can be the least of all.
                for (left, right) in zip(first, second) where left != right {
                    return (left == 0x2F ? 0 : left) < (right == 0x2F ? 0 : right)
                }
                return first.count == second.count ? one < other : first.count < second.count
            }
        }
    }

    private static func range(_ row: Row) -> Range<Int> { row.path..<(row.path + Int(row.pathLength)) }
}
