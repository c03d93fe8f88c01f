import Foundation

/// Paths as the system sees them.
package enum RealPath {
    /// An absolute path without links and `..`. What is not there yet stays as it is written.
    package static func of(_ path: String) -> String {
        var names: [Substring] = []
        for name in path.split(separator: "/") where name != "." {
            if name == ".." {
                _ = names.popLast()
                continue
            }
            names.append(name)
            guard let real = realpath("/" + names.joined(separator: "/"), nil) else { continue }
            names = String(cString: real).split(separator: "/")
            free(real)
        }
        return "/" + names.joined(separator: "/")
    }

    /// Whether a path without links is a folder or lies in it.
    package static func isIn(_ path: String, _ folder: String) -> Bool {
        path == folder || path.hasPrefix(folder == "/" ? folder : folder + "/")
    }
}
