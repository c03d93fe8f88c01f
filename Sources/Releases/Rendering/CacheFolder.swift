import FleetModel
import FleetTools
import Foundation

/// The folder of this account for what can be made again: renderings without secrets, and archives of charts.
package struct CacheFolder: Sendable {
    /// Its absolute path.
    package let path: String

    /// `$XDG_CACHE_HOME/hubfleet`, or `~/.cache/hubfleet`.
    ///
    /// - Parameter environment: the variables of this process.
    package init(environment: [String: String]) {
        if let base = environment["XDG_CACHE_HOME"], base.hasPrefix("/") {
            path = base + "/hubfleet"
        } else {
            let home = environment["HOME"] ?? FileManager.default.homeDirectoryForCurrentUser.path
            path = home + "/.cache/hubfleet"
        }
    }

    /// A folder in it, which is made, for this account alone.
    /// - Throws: `FileError`.
    func folder(_ name: String) throws -> String {
        try FileWriting.makeFolder(path, permissions: 0o700)
        let folder = "\(path)/\(name)"
        try FileWriting.makeFolder(folder, permissions: 0o700)
        return folder
    }

    /// The bytes of a file in it; nil when it is not there.
    func contents(_ name: String) -> [UInt8]? {
        FileManager.default.contents(atPath: "\(path)/\(name)").map { Array($0) }
    }
}
