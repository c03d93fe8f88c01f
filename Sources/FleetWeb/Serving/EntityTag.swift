import Foundation

/// The tag that says which archive a request is about (RFC 9110, section 8.8.3).
enum EntityTag {
    /// Whether the list of an `If-Match`, such as `"a", "b"`, names a tag. The comparison is the strong one: a weak tag
    /// never does, and `*` always.
    static func isNamed(_ tag: String, in list: String) -> Bool {
        let names = list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        return names == ["*"] || names.contains(tag)
    }
}
