import FleetModel

/// The files, folders and links of one commit, by their paths.
struct GitPaths: Sendable {
    /// Longer chains of links are circles.
    private static let maximumLinks = 40

    /// What stands at a path, after all links.
    enum Found: Sendable, Equatable {
        case file(GitFile)
        case folder(String)
        case missing
        case outside
    }

    private var files: [String: GitFile] = [:]
    /// Names in a folder, by its path.
    private var folders: [String: Set<String>] = ["": []]
    /// What links lead to, by their paths.
    private let targets: [String: String]

    /// - Parameters:
    ///   - files: what the commit lists.
    ///   - targets: where its links lead, by the paths of the links.
    init(_ files: [GitFile], targets: [String: String]) {
        self.targets = targets
        for file in files {
            // Git refuses such names; who made this repository may have had another git.
            guard let parts = FleetPath.parts(file.path), parts.joined(separator: "/") == file.path else { continue }
            self.files[file.path] = file
            if file.kind == .submodule { folders[file.path] = [] }
            var folder = ""
            for part in parts {
                folders[folder, default: []].insert(String(part))
                folder = folder.isEmpty ? String(part) : "\(folder)/\(part)"
            }
        }
    }

    /// All files and links.
    var all: some Collection<GitFile> { files.values }

    /// The names in a folder, sorted; nil where there is none.
    func entries(_ folder: String) -> [String]? {
        guard case .folder(let path) = find(folder) else { return nil }
        return folders[path]?.sorted()
    }

    /// Whether a link stands at a path, after the links above it.
    func isLink(_ path: String) -> Bool {
        guard let parts = FleetPath.parts(path), let name = parts.last,
            case .folder(let folder) = find(parts.dropLast().joined(separator: "/"))
        else { return false }
        return files[folder.isEmpty ? String(name) : "\(folder)/\(name)"]?.kind == .link
    }

    /// What a path leads to.
    func find(_ path: String) -> Found {
        guard let parts = FleetPath.parts(path) else { return .outside }
        var rest = Array(parts.reversed())
        var place: [Substring] = []
        var links = 0
        while let part = rest.popLast() {
            if part == ".." {
                guard place.popLast() != nil else { return .outside }
                continue
            }
            place.append(part)
            let path = place.joined(separator: "/")
            if let target = targets[path] {
                links += 1
                guard !target.hasPrefix("/") else { return .outside }
                guard links <= Self.maximumLinks else { return .missing }
                place.removeLast()
                rest += target.split(separator: "/").filter { $0 != "." }.reversed()
            } else if folders[path] == nil {
                // Nothing is below a file.
                guard let file = files[path], file.kind == .file, rest.isEmpty else { return .missing }
                return .file(file)
            }
        }
        return .folder(place.joined(separator: "/"))
    }
}
