import Foundation

/// The marks that tell an archive of Hubfleet from others, also when a part of it is damaged: it must not pass for one that
/// has nothing to check it by.
struct HubfleetArchiveMarks {
    private var beginsWithReadme = false
    private var readmeIsOurs = false
    private var hasManifest = false
    private var manifestIsOurs = false
    private var (inHome, elsewhere) = (0, 0)
    /// Whether the manifest is whole and of a version that is not known.
    private(set) var isNewer = false

    var isOurs: Bool {
        manifestIsOurs || readmeIsOurs || beginsWithReadme && (hasManifest || inHome > 0 && elsewhere == 0)
    }

    /// Looks at one member after another.
    mutating func see(_ member: FoundMember, isFirst: Bool, _ contents: MemberContents) {
        if isFirst, member.path.elementsEqual(ArchiveMember.readmeName.utf8) {
            beginsWithReadme = true
            let text = Self.beginning(of: contents, if: member.size < 1 << 16).bytes
            readmeIsOurs = Data(text).range(of: Data("hubfleet home verify".utf8)) != nil
        } else if member.path.elementsEqual(ArchiveMember.manifestName.utf8) {
            hasManifest = true
            let (text, isWhole) = Self.beginning(of: contents, if: member.size < 1 << 40)
            guard text.starts(with: Self.manifest) else { return }
            manifestIsOurs = true
            isNewer = isNewer || isWhole && Self.version(text).map { $0 > ManifestLines.version } ?? false
        } else if (member.path + [0x2F]).starts(with: ArchiveMember.folder.utf8) {
            inHome += 1
        } else {
            elsewhere += 1
        }
    }

    /// The beginning of a manifest of any version.
    private static let manifest = Array(#"{"format":"hubfleet home archive""#.utf8)

    /// The version of a manifest by its beginning; nil when it is none.
    static func version(_ text: [UInt8]) -> Int? {
        guard text.starts(with: manifest) else { return nil }
        let rest = text.dropFirst(manifest.count)
        let key = Array(#","version":"#.utf8)
        guard rest.starts(with: key) else { return nil }
        let number = rest.dropFirst(key.count).prefix { $0 != 0x2C && $0 != 0x7D }.prefix(20)
        return Int(String(decoding: number, as: UTF8.self))
    }

    private static func beginning(
        of contents: MemberContents, if isWanted: Bool
    ) -> (bytes: [UInt8], isWhole: Bool) {
        var bytes: [UInt8] = []
        guard isWanted else { return ([], false) }
        do {
            try contents { piece in if bytes.count < 1 << 16 { bytes += piece } }
            return (bytes, true)
        } catch {
            // What came before the damage is enough.
            return (bytes, false)
        }
    }
}
