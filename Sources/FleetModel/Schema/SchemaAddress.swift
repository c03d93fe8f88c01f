/// The parts of a URI, and how a relative one is resolved (RFC 3986). Foundation's `URL` refuses some that schemas use.
struct SchemaAddress: CustomStringConvertible {
    private var scheme: Substring?
    private var authority: Substring?
    private var path: Substring
    private var query: Substring?
    /// What stands behind `#`, still escaped; nil without one.
    private(set) var fragment: String?

    init(_ text: String) {
        var rest = Substring(text)
        if let mark = rest.firstIndex(of: "#") {
            fragment = String(rest[mark...].dropFirst())
            rest = rest[..<mark]
        }
        if let mark = rest.firstIndex(of: "?") {
            query = rest[mark...].dropFirst()
            rest = rest[..<mark]
        }
        if let mark = rest.firstIndex(where: { ":/".contains($0) }), rest[mark] == ":", mark > rest.startIndex {
            scheme = rest[..<mark]
            rest = rest[mark...].dropFirst()
        }
        if rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
            authority = rest.prefix { $0 != "/" }
            rest = rest[rest.index(rest.startIndex, offsetBy: authority?.count ?? 0)...]
        }
        path = rest
    }

    /// The address without what stands behind `#`.
    var document: String {
        "\(scheme.map { "\($0):" } ?? "")\(authority.map { "//\($0)" } ?? "")\(path)\(query.map { "?\($0)" } ?? "")"
    }

    /// The address; an empty fragment means nothing.
    var description: String {
        guard let fragment, !fragment.isEmpty else { return document }
        return "\(document)#\(fragment)"
    }

    static func resolve(_ reference: String, against base: String) -> SchemaAddress {
        var result = SchemaAddress(reference)
        guard result.scheme == nil else { return result.withoutDots }
        let base = SchemaAddress(base)
        result.scheme = base.scheme
        guard result.authority == nil else { return result.withoutDots }
        result.authority = base.authority
        if result.path.isEmpty {
            result.path = base.path
            result.query = result.query ?? base.query
            return result
        }
        if !result.path.hasPrefix("/") {
            let folder = base.path.lastIndex(of: "/").map { base.path[...$0] }
            result.path = (folder ?? (base.authority == nil ? "" : "/")) + result.path
        }
        return result.withoutDots
    }

    /// The same address with `.` and `..` taken out of its path.
    private var withoutDots: SchemaAddress {
        guard path.hasPrefix("/") else { return self }
        var segments: [Substring] = []
        let all = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for (index, segment) in all.enumerated() {
            let isLast = index == all.count - 1
            if segment == ".." { segments = segments.dropLast() }
            if segment != "." && segment != ".." {
                segments.append(segment)
            } else if isLast {
                segments.append("")
            }
        }
        var result = self
        result.path = "/" + segments.joined(separator: "/")
        return result
    }
}
