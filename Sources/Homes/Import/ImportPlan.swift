import Foundation

/// What an archive would put into a folder: read from its headers alone, and refused when it is not safe.
struct ImportPlan {
    struct Item {
        let path: [UInt8]
        let member: FoundMember
    }

    /// Folders, files, hard links and links, by their place among the members.
    private(set) var items: [Int: Item] = [:]
    /// What is left out, and why.
    private(set) var left: [HomeReceipt.Exception] = []
    private(set) var bytes: UInt64 = 0
    /// Whether it has a manifest of Hubfleet, so that each file can be checked.
    private(set) var isOurs = false

    /// What may be in an archive that is imported.
    struct Limits {
        let bytes: UInt64
        let keepsOuterLinks: Bool
    }

    /// - Throws: `HomeError.notAnArchive`, `ImportError`.
    init(_ archive: String, _ limits: Limits) throws {
        var members: [FoundMember] = []
        var (total, names, manifest) = (UInt64(0), 0, [UInt8]())
        try ArchiveReader.open(archive).readAll { member, contents in
            members.append(member)
            total = total.addingReportingOverflow(member.size).overflow ? .max : total + member.size
            guard total <= limits.bytes else { throw ImportError.tooLarge(archive, limit: limits.bytes) }
            names += member.path.count
            guard members.count <= 20_000_000, names <= 1 << 32 else {
                throw ImportError.unsafe(archive, "it has too many members")
            }
            if member.path == Array(ArchiveMember.manifestName.utf8), member.size < 1 << 31 {
                try? contents { piece in if manifest.count < 1 << 16 { manifest += piece } }
            }
        }
        isOurs = ManifestFile.isOne(manifest) && members.first?.path == Array(ArchiveMember.readmeName.utf8)
        try choose(members, archive, limits)
    }

    private mutating func choose(_ members: [FoundMember], _ archive: String, _ limits: Limits) throws {
        var kinds: [[UInt8]: FoundMember.Kind] = [:]
        for (index, member) in members.enumerated() {
            guard let path = try place(of: member, archive) else { continue }
            if let before = kinds[path] {
                // tar may name a folder more than once.
                guard before == .folder, member.kind == .folder else {
                    throw ImportError.unsafe(archive, "two members want to be \(ByteText.readable(path))")
                }
                continue
            }
            kinds[path] = member.kind
            if let reason = refusal(member, path, limits) {
                left.append(HomeReceipt.Exception(path: ByteText.readable(path), reason: reason))
                continue
            }
            items[index] = Item(path: path, member: member)
            if case .file = member.kind { bytes += member.size }
        }
        for path in kinds.keys {
            try Task.checkCancellation()
            for end in path.indices where path[end] == 0x2F {
                if let above = kinds[Array(path[..<end])], above != .folder {
                    throw ImportError.unsafe(archive, "\(ByteText.readable(path)) is below something that is no folder")
                }
            }
        }
    }

    /// Where it goes, below the target; nil for what is about the archive itself.
    private func place(of member: FoundMember, _ archive: String) throws -> [UInt8]? {
        let names = member.path.split(separator: 0x2F, omittingEmptySubsequences: false)
        let isSafe =
            !member.path.contains(0) && member.path.count <= HomeWalk.longestPath + ArchiveMember.folder.utf8.count
            && names.allSatisfy {
                !$0.isEmpty && !$0.elementsEqual([0x2E, 0x2E]) && $0.count < 256
            }
        if member.path.isEmpty || member.path == [0x2E] { return nil }
        guard isSafe else { throw ImportError.unsafe(archive, "\(member.shownPath) does not stay in its folder") }
        let plain = Array(names.filter { !$0.elementsEqual([0x2E]) }.joined(separator: [0x2F]))
        guard isOurs else { return plain.isEmpty ? nil : plain }
        let folder = Array(ArchiveMember.folder.utf8)
        if [ArchiveMember.readmeName, ArchiveMember.manifestName, "home"].contains(where: { Array($0.utf8) == plain }) {
            return nil
        }
        guard plain.starts(with: folder) else {
            throw ImportError.unsafe(archive, "\(member.shownPath) is not in its folder \(ArchiveMember.folder)")
        }
        return Array(plain.dropFirst(folder.count))
    }

    private func refusal(_ member: FoundMember, _ path: [UInt8], _ limits: Limits) -> String? {
        switch member.kind {
        case .folder, .file: nil
        case .other(let what): what
        case .link(let target):
            limits.keepsOuterLinks || Self.staysInside(target, from: path) ? nil : "leads out of the home"
        case .hardLink(let target):
            // The path of a member, so without any `..`.
            Self.staysInside(target, from: [0x78]) ? nil : "leads out of the home"
        }
    }

    /// Whether a link at `path` leads to something below the same folder, whatever other links there are. `..` is good only
    /// before all names: behind the name of another link it leads out of where that one leads.
    static func staysInside(_ target: [UInt8], from path: [UInt8]) -> Bool {
        guard !target.isEmpty, target.first != 0x2F, !target.contains(0) else { return false }
        let names = target.split(separator: 0x2F).filter { !$0.elementsEqual([0x2E]) }
        let up = names.prefix { $0.elementsEqual([0x2E, 0x2E]) }.count
        return up <= path.split(separator: 0x2F).count - 1
            && !names.dropFirst(up).contains { $0.elementsEqual([0x2E, 0x2E]) }
    }
}

/// Why an archive is not imported.
package enum ImportError: Error, Equatable, CustomStringConvertible {
    case unsafe(String, String)
    case tooLarge(String, limit: UInt64)
    case conflicts([String], count: Int)
    case damaged(String, [String])

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
        case .damaged(let archive, let faults):
            """
            \(archive) is not as it was made; nothing was written:
              \(faults.joined(separator: "\n  "))
            """
        }
    }
}
