import FleetTools
import Foundation
import Homes
import Texts

/// The place that an export writes to, as it was asked for: a file, a folder, or standard output.
struct ExportTarget {
    /// The home, or the folder of all homes.
    let from: String
    let to: String
    /// The folder of one user's home below `from`.
    let user: String?
    let isAll: Bool
    let form: ArchiveFormat
    let context: FleetContext

    private var place: URL { context.url(to) }

    /// The path of the home's archive; nil for standard output.
    func archive(of home: URL) -> String? {
        guard to != "-" else { return nil }
        guard isAll || to.hasSuffix("/") || isFolder(place.path) else { return place.path }
        return place.appending(path: "\(home.lastPathComponent).\(form.rawValue)").path
    }

    /// The one home that was asked for.
    /// - Throws: `Refusal.noFolderName`, `HomeError.link`.
    func home() throws -> URL {
        let folder = context.url(from)
        guard let user else { return folder }
        guard FolderScheme.plain.folderName(for: user) != nil else { throw Refusal.noFolderName(user) }
        let home = folder.appending(path: user, directoryHint: .isDirectory)
        // As with --all, which passes over it.
        try HomeFolders.checkIsNoLink(home.path)
        return home
    }

    /// Archives between the homes would be taken for homes, by this and by all other programs.
    /// - Throws: `Refusal.amongHomes`.
    func check() throws {
        guard isAll || user != nil, to != "-" else { return }
        let (homes, place) = (RealPath.of(context.url(from).path), RealPath.of(place.path))
        // A home can hold archives of others: only what lies between the homes is taken for one.
        let folder = URL(filePath: place).deletingLastPathComponent().path
        let isNewThere = folder.exact == homes.exact && !isFolder(place)
        let isAmong = isAll ? RealPath.isIn(place, homes) : place.exact == homes.exact || isNewThere
        if isAmong { throw Refusal.amongHomes(to, homes: from) }
    }

    /// Makes the folder for archives. One that is there keeps its mode.
    /// - Throws: `FileError`.
    func makeFolder() throws {
        guard to != "-", isAll || to.hasSuffix("/"), !isFolder(place.path) else { return }
        try FileWriting.makeFolder(place.path, permissions: isAll ? 0o700 : 0o755)
    }

    private func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
