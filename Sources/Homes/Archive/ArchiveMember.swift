import Texts

/// One member of an archive of a home, whatever its format.
struct ArchiveMember: Sendable, Equatable {
    /// The contents of a member.
    enum Content: Sendable, Equatable {
        /// A file of the home: its number among the files, and where its bytes are when it has holes.
        case file(HomeEntry, index: Int, data: [Range<Int64>]?)
        /// Bytes that are known before: targets of links, texts. Nothing for folders.
        case bytes([UInt8])
        /// Text that is known at the end, of a length that is known before.
        case manifest
    }

    /// The name as the file system has it; folders end with `/`.
    let name: [UInt8]
    /// In UTF-8, with a sign for each byte that is not.
    let zipName: [UInt8]
    /// The whole mode with its kind, as `stat` has it.
    let mode: UInt32
    /// Seconds since 1970.
    let modified: Int64
    /// The length of the contents, in bytes.
    let size: UInt64
    let content: Content

    /// The folder in the archive that holds the home.
    static let folder = "home/"
    static let readmeName = "README.txt"
    static let manifestName = "MANIFEST.json"
    /// For what is not of the home: ZIP archives begin at 1980.
    private static let beginning: Int64 = 315_532_800

    var isFolder: Bool { mode & 0o170000 == 0o040000 }
    var isLink: Bool { mode & 0o170000 == 0o120000 }

    /// Whether its checksum is known only when its contents were read.
    var isLate: Bool {
        if case .bytes = content { false } else { true }
    }

    init(_ entry: HomeEntry, index: Int, data: [Range<Int64>]?) {
        name = Self.name(entry, entry.path)
        // Nearly always they are one, and then one memory.
        zipName = ByteText.unicode(entry.path).map { Self.name(entry, $0) } ?? name
        modified = entry.modified
        switch entry.kind {
        case .directory:
            (mode, size, content) = (0o040000 | entry.permissions, 0, .bytes([]))
        case .file(let length):
            (mode, size, content) = (
                0o100000 | entry.permissions, UInt64(length), .file(entry, index: index, data: data)
            )
        case .link(let target):
            (mode, size, content) = (0o120000 | entry.permissions, UInt64(target.count), .bytes(target))
        }
    }

    private static func name(_ entry: HomeEntry, _ path: [UInt8]) -> [UInt8] {
        var name: [UInt8] = []
        name.reserveCapacity(folder.utf8.count + path.count + 1)
        name += folder.utf8
        name += path
        if case .directory = entry.kind { name.append(0x2F) }
        return name
    }

    private init(_ name: String, mode: UInt32, size: UInt64, content: Content) {
        self.name = Array(name.utf8)
        zipName = self.name
        modified = Self.beginning
        self.mode = mode
        self.size = size
        self.content = content
    }

    static func manifest(length: UInt64) -> ArchiveMember {
        ArchiveMember(manifestName, mode: 0o100644, size: length, content: .manifest)
    }

    /// The members before the home's own things.
    ///
    /// `permissions`: of the home itself.
    static func before(owner: ExactText, permissions: UInt32) -> [ArchiveMember] {
        let text = Array(readme(owner.text.printable).utf8)
        return [
            ArchiveMember(readmeName, mode: 0o100644, size: UInt64(text.count), content: .bytes(text)),
            // Whoever unpacks it must be able to fill it.
            ArchiveMember(folder, mode: 0o040700 | permissions & 0o777, size: 0, content: .bytes([])),
        ]
    }

    private static func readme(_ owner: String) -> String {
        """
        The home directory of \(owner), as it was on the hub.

        home/          everything, with hidden files, empty folders, links, modes and times
        MANIFEST.json  every file with its size and SHA-256, and what is missing and why

        To check it:       hubfleet home verify ARCHIVE
        To put it back:    hubfleet home import ARCHIVE --to FOLDER
        Without Hubfleet:  unzip ARCHIVE, or tar -xf ARCHIVE

        Names are as they were on the hub, but ZIP knows UTF-8 alone: there \u{FFFD}E9 stands for the
        byte E9 that is no UTF-8. In MANIFEST.json, %E9 stands for it, and %25 for a % that
        would look like such a sign.

        """
    }
}
