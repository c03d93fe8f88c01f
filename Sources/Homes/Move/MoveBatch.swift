/// A batch of things under temporary names: all get their names when they are on the disk, so that many small files wait
/// for the disk once.
struct MoveBatch {
    /// A thing that waits for its name.
    struct Item {
        /// In the home.
        let path: [UInt8]
        let temporary: [UInt8]
        let facts: FileFacts
        /// Whether there was nothing in its place.
        let isNew: Bool
    }

    /// The most files of a batch: a run that is killed copies so many again.
    static let mostFiles = 1000
    /// The most files that wait for the disk one by one.
    static let few = 32
    private static let mostBytes: Int64 = 64 << 20
    private(set) var items: ArraySlice<Item> = []
    private var bytes: Int64 = 0

    var isFull: Bool { items.count >= Self.mostFiles || bytes >= Self.mostBytes }

    mutating func add(_ item: Item) {
        items.append(item)
        bytes += item.facts.kind == .file ? item.facts.allocated : 0
    }

    /// Takes the first one out.
    mutating func next() -> Item? {
        let item = items.popFirst()
        if items.isEmpty { (items, bytes) = ([], 0) }
        return item
    }
}
