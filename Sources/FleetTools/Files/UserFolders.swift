import Foundation

/// The folders in which the programs of a user keep things. Source: XDG Base Directory Specification 0.8.
package struct UserFolders: Sendable, Equatable {
    /// What the user chose.
    package let config: String
    /// What programs made, and can make again.
    package let cache: String
    /// What programs keep of their work.
    package let state: String

    /// - Parameter environment: `HOME` and the variables of XDG; a path that is not absolute does not count. Without a home
    ///   it is the one that the system knows.
    package init(environment: [String: String]) {
        func folder(_ name: String) -> String? { environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil } }
        let home = folder("HOME") ?? NSHomeDirectory()
        config = folder("XDG_CONFIG_HOME") ?? "\(home)/.config"
        cache = folder("XDG_CACHE_HOME") ?? "\(home)/.cache"
        state = folder("XDG_STATE_HOME") ?? "\(home)/.local/state"
    }
}
