/// The archive of a scanned home: its members and where they stand.
package struct HomeArchive: Sendable {
    package let scan: HomeScan
    package let manifest: HomeManifest
    package let layout: ZipLayout

    /// The folder in the archive that holds the home.
    package static let folder = "home/"

    /// - Parameters:
    ///   - scan: what is in the home.
    ///   - owner: whose home it is, for the text that comes with it.
    package init(_ scan: HomeScan, owner: String) {
        let scan = Self.withoutLongPaths(scan)
        self.scan = scan
        let names = scan.entries.map { Self.folder + $0.shownPath }
        manifest = HomeManifest(scan, names: names)
        var members = [Self.text("README.txt", Self.readme(owner))]
        members.append(
            ZipMember(
                name: Array(Self.folder.utf8), mode: 0o040755, modified: 315_532_800, size: 0, content: .bytes([])))
        for (index, entry) in scan.entries.enumerated() { members.append(Self.member(entry, index, names[index])) }
        members.append(
            ZipMember(
                name: Array("MANIFEST.json".utf8), mode: 0o100644, modified: 315_532_800, size: UInt64(manifest.length),
                content: .manifest))
        layout = ZipLayout(members)
    }

    /// A ZIP archive has sixteen bits for the length of a name.
    private static func withoutLongPaths(_ scan: HomeScan) -> HomeScan {
        let isLong = { (entry: HomeEntry) in folder.utf8.count + entry.shownPath.utf8.count + 1 > Int(UInt16.max) }
        let long = scan.entries.filter(isLong)
        guard !long.isEmpty else { return scan }
        return HomeScan(
            entries: scan.entries.filter { !isLong($0) },
            problems: scan.problems + long.map { HomeProblem(path: $0.path, reason: .pathTooLong) })
    }

    private static func member(_ entry: HomeEntry, _ index: Int, _ name: String) -> ZipMember {
        func make(_ kind: UInt32, _ size: UInt64, _ content: ZipMember.Content, suffix: String = "") -> ZipMember {
            ZipMember(
                name: Array((name + suffix).utf8), mode: kind | entry.permissions, modified: entry.modified, size: size,
                content: content)
        }
        return switch entry.kind {
        case .directory: make(0o040000, 0, .bytes([]), suffix: "/")
        case .file(let size): make(0o100000, UInt64(size), .file(index))
        case .link(let target): make(0o120000, UInt64(target.count), .bytes(target))
        }
    }

    private static func text(_ name: String, _ text: String) -> ZipMember {
        let bytes = Array(text.utf8)
        return ZipMember(
            name: Array(name.utf8), mode: 0o100644, modified: 315_532_800, size: UInt64(bytes.count),
            content: .bytes(bytes))
    }

    private static func readme(_ owner: String) -> String {
        """
        The home directory of \(owner), as it was on the hub.

        home/          everything, with hidden files, empty folders, links, modes and times
        MANIFEST.json  every file with its size and SHA-256, and what is missing and why

        To check it: hubfleet home verify ARCHIVE

        Names that are not UTF-8 have %XX for each byte that is not.

        """
    }
}
