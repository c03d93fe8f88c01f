import FleetModel
import Texts

/// The files, folders and links of one commit, by their paths.
struct GitPaths: Sendable {
    /// Longer chains of links are circles.
    private static let maximumLinks = 40

    /// What stands at a path, after all links.
    enum Found: Sendable, Equatable {
        case file(GitFile, at: FleetPath)
        case folder(FleetPath)
        case missing
        case outside
    }

    private var files: [FleetPath: GitFile] = [:]
    /// Names in a folder, by its path; each name as a path of one part.
    private var folders: [FleetPath: Set<FleetPath>] = [FleetPath(parts: []): []]
    /// What links lead to, by their paths.
    private let targets: [FleetPath: String]

    /// - Parameters:
    ///   - files: what the commit lists.
    ///   - targets: where its links lead, by the paths of the links.
    init(_ files: [GitFile], targets: [FleetPath: String]) {
        self.targets = targets
        for file in files {
            guard let path = Self.path(of: file) else { continue }
            self.files[path] = file
            if file.kind == .submodule { folders[path] = [] }
            for (index, name) in path.parts.enumerated() {
                folders[FleetPath(parts: Array(path.parts[..<index])), default: []].insert(FleetPath(parts: [name]))
            }
        }
    }

    /// The path of a file in the listing. Git refuses names that lead elsewhere or into its own folder; who made this
    /// repository may have had another git, so what has one is left out.
    static func path(of file: GitFile) -> FleetPath? {
        guard let path = FleetPath(file.path), path.description.utf8.elementsEqual(file.path.utf8),
            !path.parts.contains(where: FleetPath.isOfGit)
        else { return nil }
        return path
    }

    /// All files and links, by their paths.
    var all: [FleetPath: GitFile] { files }

    /// The names in a folder, sorted; nil where there is none.
    func entries(_ folder: String) -> [String]? {
        guard case .folder(let path) = find(folder) else { return nil }
        return folders[path]?.map(\.description).sortedByBytes()
    }

    /// Whether a link stands at a path, after the links above it.
    func isLink(_ path: String) -> Bool {
        guard let clean = FleetPath(path), let name = clean.parts.last,
            case .folder(let folder) = find(FleetPath(parts: clean.parts.dropLast()).description)
        else { return false }
        return files[FleetPath(parts: folder.parts + [name])]?.kind == .link
    }

    /// What a path leads to.
    func find(_ path: String) -> Found {
        guard let path = FleetPath(path) else { return .outside }
        var rest = Array(path.parts.reversed())
        var place: [String] = []
        var links = 0
        while let part = rest.popLast() {
            if part == ".." {
                guard place.popLast() != nil else { return .outside }
                continue
            }
            if FleetPath.isOfGit(part) { return .outside }
            place.append(part)
            let here = FleetPath(parts: place)
            if let target = targets[here] {
                links += 1
                guard target.utf8.first != UInt8(ascii: "/") else { return .outside }
                guard links <= Self.maximumLinks else { return .missing }
                place.removeLast()
                rest += FleetPath.names(in: target).reversed()
            } else if folders[here] == nil {
                // Nothing is below a file.
                guard let file = files[here], file.kind == .file, rest.isEmpty, !path.namesFolder else {
                    return .missing
                }
                return .file(file, at: here)
            }
        }
        return .folder(FleetPath(parts: place))
    }
}
