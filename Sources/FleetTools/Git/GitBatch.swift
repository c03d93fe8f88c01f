/// Reads the answer of `git cat-file --batch`: for each object `OBJECT TYPE SIZE<line break>BYTES<line break>`, or
/// `OBJECT missing<line break>`.
enum GitBatch {
    /// The bytes of the objects that were asked for, by their names.
    /// - Throws: `GitError`.
    static func contents(_ answer: [UInt8], of objects: [String], folder: String) throws(GitError) -> [String: [UInt8]]
    {
        var contents: [String: [UInt8]] = [:]
        var rest = answer[...]
        for object in objects {
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { throw .failed(folder: folder) }
            let facts = rest[..<end].split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
            guard facts.count == 3, facts[0] == object, let size = Int(facts[2]) else {
                throw facts.last == "missing" ? .missingObject(object, folder: folder) : .failed(folder: folder)
            }
            let start = end + 1
            guard size >= 0, rest.endIndex - start > size else { throw .failed(folder: folder) }
            contents[object] = Array(rest[start..<(start + size)])
            rest = rest[(start + size + 1)...]
        }
        return contents
    }
}
