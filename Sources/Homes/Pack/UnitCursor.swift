import Texts

/// Divides the members of an archive into units, without those that nobody wants.
struct UnitCursor {
    private var cursor: MemberCursor
    private let files: HomeFiles
    private let format: ArchiveFormat
    private let table: DigestTable
    private let start: UInt64
    private let sectionSize: Int
    /// A member that was taken from the cursor too early.
    private var peeked: ArchiveMember?
    private var fileCount = 0
    private var bytes: Int64 = 0
    /// The place of the next unit in the archive.
    private(set) var position: UInt64 = 0

    /// - Parameters:
    ///   - snapshot: what is archived.
    ///   - format: of the archive.
    ///   - start: the first byte that is wanted.
    ///   - sectionSize: how many bytes a section has at most; a single text may be longer.
    /// - Throws: `HomeError.brokenState`, `.notAFolder`.
    init(_ snapshot: HomeSnapshot, _ format: ArchiveFormat, from start: UInt64, sectionSize: Int) throws {
        cursor = try MemberCursor(snapshot)
        files = try HomeFiles(snapshot.summary.home.text)
        table = try snapshot.table(format)
        self.format = format
        self.start = start
        self.sectionSize = sectionSize
    }

    /// The next unit; nil behind the last member.
    mutating func next() throws -> ArchiveUnit? {
        try passNeedless()
        var section = ArchiveSection()
        let (begin, filesBefore, bytesBefore) = (position, fileCount, bytes)
        func unit(_ content: ArchiveUnit.Content) -> ArchiveUnit {
            ArchiveUnit(begin: begin, filesBefore: filesBefore, bytesBefore: bytesBefore, content: content)
        }
        while let member = try nextMember() {
            let length = format.length(of: member)
            let isNeedless = try isNeedless(member, length)
            guard !isNeedless, fits(member, length, section) else {
                guard section.members.isEmpty else {
                    peeked = member
                    break
                }
                count(member, length)
                if case .manifest = member.content { return unit(.manifest(member)) }
                return unit(.file(member))
            }
            count(member, length)
            section.add(member, length: length)
        }
        return section.members.isEmpty ? nil : unit(.section(section))
    }

    private mutating func passNeedless() throws {
        while let member = try nextMember() {
            let length = format.length(of: member)
            guard try isNeedless(member, length) else {
                peeked = member
                return
            }
            count(member, length)
        }
    }

    private mutating func nextMember() throws -> ArchiveMember? {
        defer { peeked = nil }
        return if let peeked { peeked } else { try cursor.next() }
    }

    private mutating func count(_ member: ArchiveMember, _ length: UInt64) {
        position += length
        guard case .file(let entry, _, _) = member.content else { return }
        fileCount += 1
        bytes += entry.size
    }

    private func fits(_ member: ArchiveMember, _ length: UInt64, _ section: ArchiveSection) -> Bool {
        let hasRoom = length <= UInt64(max(0, sectionSize - section.length))
        return switch member.content {
        case .bytes: hasRoom || section.members.isEmpty
        case .file: hasRoom && format.data(of: member) == nil
        case .manifest: false
        }
    }

    /// Whether a member that stands before all that is wanted need not be read.
    ///
    /// Throws `HomeError.outdated` when it was given away, and has changed since: the archive would be of two states.
    private func isNeedless(_ member: ArchiveMember, _ length: UInt64) throws -> Bool {
        guard position < start, position + length <= start else { return false }
        switch member.content {
        case .bytes: return true
        case .manifest: return false
        case .file(let entry, let index, _):
            let slot = try table.slot(index)
            guard slot.progress == .done else { return false }
            // The manifest says it of one that changed while it was read; one that was not to be had has no version.
            let wasWhole = slot.isRepeatable && slot.version != DigestTable.Slot().version
            guard !wasWhole || files.version(of: entry) == slot.version else {
                throw HomeError.outdated(entry.shownPath)
            }
            return true
        }
    }
}
