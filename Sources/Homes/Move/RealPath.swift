import Foundation

/// Paths as the system sees them.
enum RealPath {
    /// The path without links. Of what is not there yet: the nearest folder above it that is, and the rest.
    static func of(_ path: String) -> String {
        var url = URL(filePath: path).standardizedFileURL
        var rest: [String] = []
        while true {
            if let real = realpath(url.path, nil) {
                defer { free(real) }
                let folder = String(cString: real)
                return rest.isEmpty ? folder : (folder == "/" ? "" : folder) + "/" + rest.joined(separator: "/")
            }
            guard url.path != "/" else { return path }
            rest.insert(url.lastPathComponent, at: 0)
            url.deleteLastPathComponent()
        }
    }

    /// Whether a path without links is a folder or lies in it.
    static func isIn(_ path: String, _ folder: String) -> Bool {
        path == folder || path.hasPrefix(folder == "/" ? folder : folder + "/")
    }
}
