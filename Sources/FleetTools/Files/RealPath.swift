import FleetModel
import Foundation
import Texts

/// Paths as the system sees them.
package enum RealPath {
    /// An absolute path without links and `..`. What is not there yet stays as it is written.
    package static func of(_ path: String) -> String {
        var names: [String] = []
        for name in FleetPath.names(in: path) {
            if name == ".." {
                _ = names.popLast()
                continue
            }
            names.append(name)
            guard let real = realpath("/" + names.joined(separator: "/"), nil) else { continue }
            names = FleetPath.names(in: String(cString: real))
            free(real)
        }
        return "/" + names.joined(separator: "/")
    }

    /// Whether a path without links is a folder or lies in it.
    package static func isIn(_ path: String, _ folder: String) -> Bool {
        path.exact == folder.exact || path.exact.hasPrefix((folder == "/" ? folder : folder + "/").exact)
    }
}
