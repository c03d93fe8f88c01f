/// A member of a tar archive by its effective header: what the header and those before it say together.
struct TarMember {
    let member: FoundMember
    /// Bytes that stand behind the header.
    let stored: UInt64
    let sparse: SparseForm?

    /// What the headers before a header tell about the next member.
    struct Before {
        var records = PaxRecords()
        /// The long name and the long target of a link of GNU tar.
        var name: [UInt8]?
        var target: [UInt8]?
        /// Whether there was such a header at all, whatever it says.
        var isThere = false
    }

    /// A member that is known by its kind and name alone; the rest of it has no meaning.
    private init(_ path: [UInt8], _ kind: FoundMember.Kind, _ header: TarHeader, stored: UInt64) {
        member = FoundMember(
            path: path, kind: kind, permissions: UInt32(header.mode & 0o7777), modified: header.modified, size: 0)
        self.stored = stored
        sparse = nil
    }

    private init(_ member: FoundMember, stored: UInt64, sparse: SparseForm?) {
        self.member = member
        self.stored = stored
        self.sparse = sparse
    }

    /// Reads a member's effective header.
    ///
    /// - Parameters:
    ///   - header: of the member itself.
    ///   - before: what the headers before it say.
    ///   - oldSparse: the pieces of an old sparse file, which stand in and behind its header.
    /// - Returns: the member; what is not understood of it makes it one that cannot be read.
    /// - Throws: `MemberFault` when its length is not known, so that nothing behind it can be read.
    static func read(_ header: TarHeader, _ before: Before, oldSparse: SparseForm?) throws(MemberFault) -> TarMember {
        let said = try before.records.count(.size)
        let stored = holdsBytes(header.kind) ? said ?? header.size : 0
        let records = before.records
        let named = records[.sparseName] ?? records[.path] ?? before.name ?? header.name
        do throws(MemberFault) {
            if let key = records.unknown {
                throw MemberFault(what: "its header has \(key), which Hubfleet does not know")
            }
            let sparse = if let oldSparse { oldSparse } else { try SparseForm(records) }
            let size = sparse?.size ?? stored
            let kind = try kind(header, target: records[.linkpath] ?? before.target ?? header.target, named, size)
            guard sparse == nil || kind == .file else { throw MemberFault(what: "it has holes, and is no file") }
            guard size <= UInt64(HomeWalk.mostBytes) else {
                throw MemberFault(what: "it would be larger than anybody can store")
            }
            return TarMember(
                FoundMember(
                    path: path(named), kind: kind, permissions: UInt32(header.mode & 0o7777),
                    modified: records.seconds(.mtime) ?? header.modified, size: kind == .file ? size : 0),
                stored: stored, sparse: sparse)
        } catch {
            return TarMember(path(named), .unreadable(error.what), header, stored: stored)
        }
    }

    /// Links, folders and devices have nothing behind their header, whatever it says of their length: so GNU tar, Python and
    /// libarchive hold it.
    private static func holdsBytes(_ kind: Character) -> Bool { !("1"..."6").contains(kind) }

    private static func kind(
        _ header: TarHeader, target: [UInt8], _ name: [UInt8], _ size: UInt64
    ) throws(MemberFault) -> FoundMember.Kind {
        switch header.kind {
        case "0", "\0", "7", "S":
            // Before ustar, this is how folders were told.
            guard name.last == 0x2F else { return .file }
            guard size == 0 else { throw MemberFault(what: "its name is that of a folder, and it has contents") }
            return .folder
        case "1": return .hardLink(target: target)
        case "2": return .link(target: target)
        case "3", "4": return .other("a device")
        // GNU tar's backups have a list of what was in the folder behind it.
        case "5", "D": return .folder
        case "6": return .other("a fifo")
        default:
            let type = ByteText.readable([header.kind.asciiValue ?? 0x3F])
            throw MemberFault(what: "it is of the type \(type), which Hubfleet does not know")
        }
    }

    /// Programs that are given `.` write `./` before each name.
    private static func path(_ name: [UInt8]) -> [UInt8] {
        var path = name[...]
        while path.starts(with: [0x2E, 0x2F]) { path = path.dropFirst(2) }
        while path.last == 0x2F { path.removeLast() }
        return Array(path)
    }
}
