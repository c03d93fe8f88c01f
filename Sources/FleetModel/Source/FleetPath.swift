/// Paths of a fleet repository.
package enum FleetPath {
    /// The parts of a path, without empty ones and `.`; nil when it does not stay below the root.
    package static func parts(_ path: String) -> [Substring]? {
        guard !path.hasPrefix("/"), !path.utf8.contains(0) else { return nil }
        let parts = path.split(separator: "/").filter { $0 != "." }
        return parts.contains("..") ? nil : parts
    }
}
