import FleetModel
import Texts

/// The files of a repository below some folders: those that can be taken over, and those that cannot.
struct SourceFiles {
    /// Sorted.
    private(set) var plain: [String] = []
    private(set) var leftOut: [LeftOut] = []

    /// More files are not looked for: nobody reads such a list.
    static let most = 5_000

    /// - Parameters:
    ///   - folders: where to look; those that are not there have no files.
    ///   - source: the repository.
    init(below folders: [String], in source: any FleetSource) {
        var open = folders.filter { source.kind($0) != .missing || source.isLink($0) }
        while let path = open.popLast() {
            guard !source.isLink(path) else {
                leftOut.append(LeftOut(path: path, reason: .link))
                continue
            }
            switch source.kind(path) {
            case .file: plain.append(path)
            case .folder: open += (source.entries(path) ?? []).map { "\(path)/\($0)" }
            case .missing, .outside, .other: leftOut.append(LeftOut(path: path, reason: .unreadable))
            }
        }
        plain = plain.sortedByBytes()
    }

    /// A file or folder that is not taken over, with the files in it.
    static func leftOut(_ path: String, in source: any FleetSource) -> LeftOut {
        guard !source.isLink(path) else { return LeftOut(path: path, reason: .link) }
        guard source.kind(path) == .folder else { return LeftOut(path: path, reason: .notConfiguration) }
        var files: [String] = []
        var open = [path]
        while let folder = open.popLast(), files.count < most {
            for name in source.entries(folder) ?? [] {
                let entry = "\(folder)/\(name)"
                let isFolder = !source.isLink(entry) && source.kind(entry) == .folder
                if isFolder { open.append(entry) } else { files.append(entry) }
            }
        }
        let inside = files.prefix(most).map { String($0.dropFirst(path.count + 1)) }
        return LeftOut(path: path, reason: .notConfiguration, files: inside.sortedByBytes())
    }
}
