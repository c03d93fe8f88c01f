/// The members of a snapshot's archive, in their order.
struct MemberCursor {
    private var reader: EntryFileReader
    private var before: [ArchiveMember]
    private var files = 0
    private var manifest: ArchiveMember?

    init(_ snapshot: HomeSnapshot) throws {
        reader = try EntryFileReader(snapshot.entriesPath)
        before =
            ArchiveMember.before(owner: snapshot.summary.owner, permissions: snapshot.summary.permissions).reversed()
        manifest = .manifest(length: snapshot.summary.manifestLength)
    }

    mutating func next() throws -> ArchiveMember? {
        if let member = before.popLast() { return member }
        while let record = try reader.next() {
            guard case .entry(let entry, let data) = record.content else { continue }
            defer { if entry.isFile { files += 1 } }
            return ArchiveMember(entry, index: files, data: data)
        }
        defer { manifest = nil }
        return manifest
    }
}
