import Texts

/// A path of a fleet repository, from its root, without empty parts and `.`.
///
/// It is made of bytes, as paths are for the system: a letter may join the `/` behind it into one character, and names
/// that are the same text, written in two ways, are two files.
package struct FleetPath: Sendable, Hashable, CustomStringConvertible {
    /// Its parts with `/` between them; "" is the root.
    package let description: String
    package let parts: [String]
    /// Whether it was written with a slash at its end, so that it can name no file.
    package let namesFolder: Bool

    /// Nil when the path does not stay below the root.
    package init?(_ path: String) {
        let bytes = path.utf8
        guard bytes.first != Self.slash, !bytes.contains(0) else { return nil }
        let parts = Self.names(in: path)
        guard !parts.contains("..") else { return nil }
        self.init(parts: parts, namesFolder: bytes.last == Self.slash)
    }

    /// - Parameters:
    ///   - parts: names, of which none is empty, `.` or `..`.
    ///   - namesFolder: whether it is written with a slash at its end.
    package init(parts: [String], namesFolder: Bool = false) {
        self.parts = parts
        self.namesFolder = namesFolder
        description = parts.joined(separator: "/")
    }

    /// The names in any path, without empty ones and `.`.
    package static func names(in path: String) -> [String] {
        path.utf8.split(separator: slash).map { String(Substring($0)) }.filter { $0 != "." }
    }

    /// The path to which a way leads from a folder, with each `..` taken as it is written; nil when the way is absolute, or
    /// leads out of the root.
    package static func joined(_ folder: String, _ way: String) -> FleetPath? {
        guard way.utf8.first != slash, !way.utf8.contains(0) else { return nil }
        var parts: [String] = []
        for name in names(in: folder) + names(in: way) {
            if name != ".." {
                parts.append(name)
            } else if parts.popLast() == nil {
                return nil
            }
        }
        return FleetPath(parts: parts)
    }

    /// Whether a name is that of git's own folder, on disks that do not tell capital letters apart, too. What git keeps for
    /// itself is no part of any commit, and may hold the tokens of whoever fetched it: it counts as outside of a fleet.
    package static func isOfGit(_ name: String) -> Bool { name.utf8.count == 4 && name.lowercased() == ".git" }

    private static let slash = UInt8(ascii: "/")

    package static func == (left: FleetPath, right: FleetPath) -> Bool {
        left.description.exact == right.description.exact
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(description.exact) }
}
