/// Why an archive is not imported.
package enum ImportError: Error, Equatable, CustomStringConvertible {
    case unsafe(String, String)
    case tooLarge(String, limit: UInt64)
    case conflicts([String], count: Int)
    case blocked([String], count: Int)
    case damaged(String, [String])
    case newer(String)

    package var description: String {
        switch self {
        case .unsafe(let archive, let what): "\(archive) is not safe: \(what); nothing was written"
        case .tooLarge(let archive, let limit):
            "\(archive) unpacks to more than the \(limit) bytes there is room for; nothing was written"
        case .conflicts(let paths, let count):
            """
            what is there already differs (\(count)); nothing was written. --replace overwrites it:
              \(paths.joined(separator: "\n  "))
            """
        case .blocked(let paths, let count):
            """
            a folder stands where the archive has none, or the other way round (\(count)); nothing was written. Move what \
            is there away:
              \(paths.joined(separator: "\n  "))
            """
        case .damaged(let archive, let faults):
            """
            \(archive) is not as it was made; nothing was written:
              \(faults.joined(separator: "\n  "))
            """
        case .newer(let archive):
            "\(archive) was made by a newer Hubfleet, which this one cannot check; nothing was written. Use that one"
        }
    }
}
