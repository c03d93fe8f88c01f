import Crypto
import Texts

/// A member of an archive, as it was read.
struct SeenMember {
    let found: HomeVerification.Expected
    let size: UInt64
    /// Why its contents cannot be had.
    let fault: String?

    init(_ member: FoundMember, _ contents: MemberContents, _ tell: @escaping (VerifyEvent) -> Void) throws {
        var (sha, fault) = (SHA256(), String?.none)
        do {
            try contents { piece in
                sha.update(bufferPointer: piece)
                tell(.read(bytes: piece.count))
            }
        } catch let problem as MemberFault {
            fault = problem.what
        }
        self.fault = fault
        size = member.size
        let mode = ManifestLines.mode(member.permissions)
        func make(_ type: String, _ contents: String?) -> HomeVerification.Expected {
            HomeVerification.Expected(
                type: type.exact, mode: mode.exact, size: member.size, contents: contents?.exact)
        }
        found =
            switch member.kind {
            case .folder: make("folder", nil)
            case .file: make("file", ByteText.hexadecimal(sha.finalize()))
            case .link(let target): make("link", ByteText.readable(target))
            case .hardLink: make("hard link", nil)
            case .other(let what), .unreadable(let what): make(what, nil)
            }
    }

    /// The difference from an entry of the manifest; nil when there is none.
    func fault(by entry: ManifestFile.Entry) -> String? {
        if let fault { return fault }
        if found.type != entry.type.exact { return "it is a \(found.type) instead of a \(entry.type)" }
        if found.mode != entry.mode.exact { return "its mode is not \(entry.mode)" }
        if entry.type == "file" {
            if let expected = entry.size, expected != size { return "it has \(size) bytes instead of \(expected)" }
            // A file that changed just while it was archived may have no digest; its checksum was compared above.
            let hasDigest = entry.state == "ok" || entry.sha256?.contains { $0 != "0" } ?? false
            if hasDigest, found.contents != entry.sha256?.exact {
                return "its contents are not those that were archived"
            }
        }
        if entry.type == "link", found.contents != entry.target?.exact { return "it leads elsewhere" }
        return nil
    }
}
