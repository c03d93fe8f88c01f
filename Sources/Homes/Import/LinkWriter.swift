import Foundation

/// Makes the links of an import, symbolic ones and second names of files; none is ever followed.
struct LinkWriter {
    private let writer: ImportWriter
    private var tree: TargetTree { writer.tree }
    /// Whether links may lead out of the folder.
    private let keepsOuterLinks: Bool

    init(_ writer: ImportWriter, keepsOuterLinks: Bool) {
        self.writer = writer
        self.keepsOuterLinks = keepsOuterLinks
    }

    /// Makes a link of either kind.
    ///
    /// - Returns: why it is left out; nil when it is there.
    /// - Throws: `HomeError.notWritten`.
    func make(_ item: ImportItem) throws -> String? {
        switch item.member.kind {
        case .link(let target): try makeSymbolicLink(item, target)
        case .hardLink(let target):
            // What it is a name of may have been written anew.
            if tree.look(at: item).state == .same { return nil }
            if let reason = refusal(of: target, item) { return reason }
            try makeHardLink(item, target)
        default: break
        }
        return nil
    }

    private func makeSymbolicLink(_ item: ImportItem, _ target: [UInt8]) throws {
        let (parent, name) = FolderChain.split(item.path)
        let folder = try writer.folder(parent)
        writer.remove(name, in: folder)
        try writer.call(item.path) { () throws(SystemError) in
            try SystemCall.make("symlinkat", name) { name in CString.with(target) { symlinkat($0, folder, name) } }
        }
        var times = ImportWriter.times(item.member.modified)
        _ = CString.with(name) { utimensat(folder, $0, &times, AT_SYMLINK_NOFOLLOW) }
        if let account = writer.account {
            _ = CString.with(name) { fchownat(folder, $0, account.user, account.group, AT_SYMLINK_NOFOLLOW) }
        }
    }

    /// A second name of what stands at the target, also when that is a link: it is never followed.
    private func makeHardLink(_ item: ImportItem, _ target: [UInt8]) throws {
        let (parent, name) = FolderChain.split(item.path)
        let (above, old) = FolderChain.split(target)
        _ = try writer.folder(parent)
        // The chain's own is good until its next call only.
        let source = Descriptor(
            try writer.call(item.path) { () throws(SystemError) in
                try SystemCall.check("fcntl", fcntl(try tree.chain.folder(above), F_DUPFD_CLOEXEC, 0))
            })
        let folder = try writer.folder(parent)
        writer.remove(name, in: folder)
        try writer.call(item.path) { () throws(SystemError) in
            try SystemCall.make("linkat", name) { name in
                CString.with(old) { linkat(source.number, $0, folder, name, 0) }
            }
        }
    }

    /// The reason why nothing can be a second name of what stands at a target; nil when it can.
    private func refusal(of target: [UInt8], _ item: ImportItem) -> String? {
        let (parent, name) = FolderChain.split(target)
        guard let folder = try? tree.chain.folder(parent), let status = try? FolderChain.status(of: name, in: folder)
        else { return "its other name \(ByteText.readable(target)) is not there" }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: return "it is a second name of a folder"
        case S_IFLNK where !keepsOuterLinks:
            // A link that is good in a deep folder may lead out from a higher one.
            let inner = try? SymbolicLink.target(of: name, in: folder)
            return inner.map { ImportPlan.staysInside($0, from: item.path) } ?? false ? nil : "leads out of the home"
        default: return nil
        }
    }
}
