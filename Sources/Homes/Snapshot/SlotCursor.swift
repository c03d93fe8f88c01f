/// Reads slots one after another, with few calls.
struct SlotCursor {
    private static let run = 512
    private let table: DigestTable
    private var slots: ArraySlice<DigestTable.Slot> = []
    private var nextRun = 0

    init(_ table: DigestTable) { self.table = table }

    /// The slot of the next file.
    mutating func next() throws -> DigestTable.Slot {
        if let slot = slots.popFirst() { return slot }
        slots = try table.slots(nextRun, count: Self.run)[...]
        nextRun += Self.run
        return slots.removeFirst()
    }
}
