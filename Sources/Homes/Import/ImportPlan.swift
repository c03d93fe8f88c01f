import Foundation

/// The plan of an import: read from the archive's headers alone, and refused when it is not safe.
struct ImportPlan {
    private(set) var items = ImportItems()
    /// Things that are left out, and why.
    private(set) var left: [HomeReceipt.Exception] = []
    /// Files whose contents cannot be had.
    private(set) var unreadable = 0
    /// Bytes of all files.
    private(set) var bytes: UInt64 = 0
    /// Whether Hubfleet made it, so that each file can be checked, and has to be.
    private(set) var isOurs = false
    /// What people should know of the way in which the archive is read.
    private(set) var remark: String?
    /// Permissions of the home itself; nil where the archive does not say.
    private(set) var permissions: UInt32?

    /// The limits of what may be in an archive that is imported.
    struct Limits {
        let bytes: UInt64
        let keepsOuterLinks: Bool
    }

    /// - Throws: `HomeError.notAnArchive`, `ImportError`.
    init(_ archive: String, _ limits: Limits) throws {
        var (total, names, number, marks) = (UInt64(0), 0, 0, HubfleetArchiveMarks())
        let reader = try ArchiveReader.open(archive)
        remark = reader.remark
        let end = try reader.readAll { member, contents in
            defer { number += 1 }
            total = total.adding(member.size)
            guard total <= limits.bytes else { throw ImportError.tooLarge(archive, limit: limits.bytes) }
            names += member.path.count
            guard number < 20_000_000, names <= 1 << 32 else {
                throw ImportError.unsafe(archive, "it has too many members")
            }
            marks.see(member, isFirst: number == 0, contents)
            try add(member, number, archive)
        }
        if marks.isNewer { throw ImportError.newer(archive) }
        if let doubt = end.doubt { leaveOut(".", doubt, isUnreadable: true) }
        isOurs = marks.isOurs
        if isOurs { try enterHome(archive) }
        if let conflict = try items.conflict() { throw ImportError.unsafe(archive, conflict) }
        left += try items.leaveOut { Self.refusal($0.member, $0.path, limits) }
        bytes = items.size
    }

    private mutating func add(_ member: FoundMember, _ number: Int, _ archive: String) throws {
        guard let path = Self.inside(member.path) else {
            throw ImportError.unsafe(archive, "\(member.shownPath) does not stay in its folder")
        }
        if path.isEmpty, member.kind == .folder { return }
        if let reason = Self.unnameable(path) {
            return leaveOut(member.shownPath, reason, isUnreadable: true)
        }
        switch member.kind {
        case .other(let what): leaveOut(ByteText.readable(path), what, isUnreadable: false)
        case .unreadable(let what): leaveOut(ByteText.readable(path), what, isUnreadable: true)
        case .link(let target) where target.isEmpty:
            leaveOut(ByteText.readable(path), "it is a link to nothing", isUnreadable: true)
        case .folder, .file, .link, .hardLink: items.add(member, at: path, number: number)
        }
    }

    private mutating func leaveOut(_ path: String, _ reason: String, isUnreadable: Bool) {
        if isUnreadable { unreadable += 1 }
        left.append(HomeReceipt.Exception(path: path, reason: reason))
    }

    /// The path below the folder, without `.`, empty names and `/` at its beginning, which all programs pass over; nil when
    /// it leads out.
    static func inside(_ path: [UInt8]) -> [UInt8]? {
        let names = path.split(separator: 0x2F).filter { !$0.elementsEqual([0x2E]) }
        return names.contains { $0.elementsEqual([0x2E, 0x2E]) } ? nil : Array(names.joined(separator: [0x2F]))
    }

    /// Why nothing can have this path; nil when something can.
    private static func unnameable(_ path: [UInt8]) -> String? {
        if path.isEmpty { return "it has no name" }
        if path.contains(0) { return "its name has a zero byte, which no disk holds" }
        if path.split(separator: 0x2F).contains(where: { $0.count > 255 }) {
            return "a name in its path is longer than 255 bytes, which no disk holds"
        }
        guard path.count > HomeWalk.longestPath + ArchiveMember.folder.utf8.count else { return nil }
        return "its path is longer than \(HomeWalk.longestPath) bytes"
    }

    /// Keeps what is below the folder of the home; the rest is about the archive itself.
    private mutating func enterHome(_ archive: String) throws {
        let home = Array(ArchiveMember.folder.utf8.dropLast())
        let own = (0..<items.count).first { [items] in items[$0].path == home }
        permissions = own.map { items[$0].member.permissions }
        let about = [ArchiveMember.readmeName, ArchiveMember.manifestName, "home"].map { Array($0.utf8) }
        items.removeAll { path in about.contains { path.elementsEqual($0) } }
        let folder = Array(ArchiveMember.folder.utf8)
        for index in 0..<items.count where !items[index].path.starts(with: folder) {
            throw ImportError.unsafe(
                archive, "\(ByteText.readable(items[index].path)) is not in its folder \(ArchiveMember.folder)")
        }
        items.dropFirst(folder.count)
    }

    private static func refusal(_ member: FoundMember, _ path: [UInt8], _ limits: Limits) -> String? {
        switch member.kind {
        case .folder, .file: nil
        case .other(let what), .unreadable(let what): what
        case .link(let target):
            limits.keepsOuterLinks || staysInside(target, from: path) ? nil : "leads out of the home"
        case .hardLink(let target):
            inside(target) == nil ? "leads out of the home" : nil
        }
    }

    /// Whether a link at `path` leads to something below the same folder, whatever other links there are. `..` is good only
    /// before all names: behind the name of another link it leads out of where that one leads.
    static func staysInside(_ target: [UInt8], from path: [UInt8]) -> Bool {
        guard !target.isEmpty, target.first != 0x2F, !target.contains(0) else { return false }
        let names = target.split(separator: 0x2F).filter { !$0.elementsEqual([0x2E]) }
        let up = names.prefix { $0.elementsEqual([0x2E, 0x2E]) }.count
        return up <= path.split(separator: 0x2F).count - 1
            && !names.dropFirst(up).contains { $0.elementsEqual([0x2E, 0x2E]) }
    }
}
