/// The next units of a stream, with a second thread that works on those that are not yet wanted.
struct UnitWindow {
    /// The most that a second thread may have in memory, in bytes.
    private static let size = 1 << 22
    private static let count = 64

    private var cursor: UnitCursor
    private let ahead: AheadThread?
    private let end: UInt64
    private var units: ArraySlice<(unit: ArchiveUnit, job: SectionJob?)> = []
    private var waiting = 0
    private var isAtEnd = false

    /// Behind the last member, once there is no unit left.
    var position: UInt64 { cursor.position }

    /// `end`: what stands behind it is not wanted.
    init(_ cursor: UnitCursor, _ ahead: AheadThread?, end: UInt64) {
        self.cursor = cursor
        self.ahead = ahead
        self.end = end
    }

    /// The next unit, with its job when a second thread may have made it; nil behind the last member.
    mutating func next() throws -> (unit: ArchiveUnit, job: SectionJob?)? {
        guard let ahead else { return try cursor.next().map { ($0, nil) } }
        while !isAtEnd, waiting < Self.size, units.count < Self.count, units.isEmpty || cursor.position < end {
            guard let unit = try cursor.next() else {
                isAtEnd = true
                break
            }
            units.append((unit, prepare(unit, ahead)))
        }
        guard let first = units.popFirst() else { return nil }
        if case .section(let section) = first.unit.content { waiting -= section.length }
        return first
    }

    private mutating func prepare(_ unit: ArchiveUnit, _ ahead: AheadThread) -> SectionJob? {
        switch unit.content {
        case .section(let section):
            let job = SectionJob(section)
            waiting += section.length
            ahead.add(job)
            return job
        case .file(let member):
            if case .file(let entry, let index, let data) = member.content {
                ahead.offer(entry, data: data, index: index, before: unit.bytesBefore)
            }
            return nil
        case .manifest: return nil
        }
    }
}
