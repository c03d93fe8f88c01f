/// What extended headers of tar say about the members behind them: `LENGTH KEY=VALUE`, a line each.
///
/// Source: POSIX.1-2017, pax; the keys that GNU tar, star, libarchive and Solaris add.
struct PaxRecords {
    /// The keys that say what a member is.
    enum Key: String {
        case path, linkpath, size, mtime
        case sparseMajor = "GNU.sparse.major"
        case sparseMinor = "GNU.sparse.minor"
        case sparseName = "GNU.sparse.name"
        case sparseRealSize = "GNU.sparse.realsize"
        case sparseSize = "GNU.sparse.size"
        case sparseCount = "GNU.sparse.numblocks"
        case sparseMap = "GNU.sparse.map"
        case sparseOffset = "GNU.sparse.offset"
        case sparseBytes = "GNU.sparse.numbytes"
    }

    /// The last value of each key. An empty one takes back what an earlier header said.
    private var values: [Key: [UInt8]] = [:]
    /// The numbers of `GNU.sparse.offset` and `.numbytes`, which stand there again and again.
    private(set) var pieceNumbers: [(key: Key, value: [UInt8])] = []
    /// A key that may change what the member is, and that Hubfleet does not know; for people.
    private(set) var unknown: String?

    init() {}

    /// Nil when the text is damaged.
    init?(_ text: [UInt8]) {
        var rest = text[...]
        while !rest.isEmpty {
            guard let space = rest.firstIndex(of: 0x20), rest[..<space].allSatisfy({ (0x30...0x39).contains($0) }),
                let length = Int(String(decoding: rest[..<space], as: UTF8.self)), length > space - rest.startIndex + 1,
                length <= rest.count, rest[rest.startIndex + length - 1] == 0x0A
            else { return nil }
            let line = rest[(space + 1)..<(rest.startIndex + length - 1)]
            guard let equals = line.firstIndex(of: 0x3D) else { return nil }
            add(line[..<equals], Array(line[(equals + 1)...]))
            rest = rest.dropFirst(length)
        }
    }

    private mutating func add(_ name: ArraySlice<UInt8>, _ value: [UInt8]) {
        let text = String(decoding: name, as: UTF8.self)
        // Swift holds some texts for equal that are not; none of them is ASCII.
        let isASCII = name.allSatisfy { $0 < 0x80 }
        guard isASCII, let key = Key(rawValue: text) else {
            if !Self.isHarmless(text, value) { unknown = ByteText.readable(Array(name)) }
            return
        }
        if key == .sparseOffset || key == .sparseBytes { pieceNumbers.append((key, value)) }
        values[key] = value
    }

    /// Keys about things that are not kept, such as owners and attributes. Keys of other makers are, as POSIX wants, passed
    /// over; those of makers who describe contents with them are not, unless they are known.
    private static func isHarmless(_ key: String, _ value: [UInt8]) -> Bool {
        if key == "hdrcharset" {
            return ["BINARY", "ISO-IR 10646 2000 UTF-8"].contains(String(decoding: value, as: UTF8.self))
        }
        if ["atime", "ctime", "uid", "gid", "uname", "gname", "comment", "charset"].contains(key) { return true }
        let known = [
            "SCHILY.xattr.", "SCHILY.acl.", "SCHILY.dev", "SCHILY.ino", "SCHILY.nlink", "SCHILY.fflags",
            "LIBARCHIVE.xattr.",
            "LIBARCHIVE.creationtime", "LIBARCHIVE.symlinktype", "SUN.devm", "RHT.security.", "security.", "realtime.",
            "GNU.volume.label", "GNU.dumpdir",
        ]
        if known.contains(where: key.hasPrefix) { return true }
        let describing = ["GNU.", "SCHILY.", "LIBARCHIVE.", "SUN."]
        return key.contains(".") && !describing.contains(where: key.hasPrefix)
    }

    /// The value of a key; nil when there is none.
    subscript(key: Key) -> [UInt8]? { values[key].flatMap { $0.isEmpty ? nil : $0 } }

    /// A whole number that is not negative; nil when there is none.
    /// - Throws: `MemberFault` when it is something else.
    func count(_ key: Key) throws(MemberFault) -> UInt64? {
        guard let value = self[key] else { return nil }
        guard let number = Self.count(value) else {
            throw MemberFault(what: "\(key.rawValue) in its header is no number")
        }
        return number
    }

    /// Digits alone.
    static func count(_ digits: some Collection<UInt8>) -> UInt64? {
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return UInt64(String(decoding: digits, as: UTF8.self)).flatMap { $0 < 1 << 63 ? $0 : nil }
    }

    /// Seconds since 1970, of a number with or without a fraction; nil when there is none. Something else is no reason to lose
    /// the contents.
    func seconds(_ key: Key) -> Int64? {
        guard let value = self[key] else { return nil }
        let text = String(decoding: value, as: UTF8.self)
        guard let number = Double(text), abs(number) < 9e18 else { return nil }
        // Digits before the point say it exactly; those of large numbers do not fit into a floating one.
        let whole = text.prefix { $0 != "." }
        guard number >= 0, let exact = Int64(whole) else { return Int64(number.rounded(.down)) }
        return exact
    }

    /// Adds what the whole archive's header says where these say nothing.
    mutating func fill(from global: PaxRecords) {
        values.merge(global.values) { own, _ in own }
        unknown = unknown ?? global.unknown
    }

    /// Takes over a later header of the whole archive.
    mutating func merge(_ later: PaxRecords) {
        values.merge(later.values) { _, new in new }
        unknown = later.unknown ?? unknown
    }

    /// Whether it speaks of the pieces of one file, which no header of a whole archive can.
    var isOfOneFile: Bool { values.keys.contains { $0.rawValue.hasPrefix("GNU.sparse.") } }
}
