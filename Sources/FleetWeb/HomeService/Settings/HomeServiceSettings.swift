import Homes
import Texts

/// The settings of the service, as its operator wants it to work.
package struct HomeServiceSettings: Sendable {
    /// The folder of all homes.
    package let homes: String
    /// The names of folders, made of those of users.
    package let scheme: FolderScheme
    /// The folder in which the service keeps scans, receipts, keys and its log of downloads.
    package let state: String
    /// The folder for archives of all users, when an administrator asks; nil: there is none.
    package var exports: String?
    /// The quota of a home in bytes; only said on the page.
    package var quota: Int64?
    /// Downloads at once, of all users and of one.
    package var downloads = 64
    package var downloadsPerUser = 4
    /// Bytes a second for one download; nil: as fast as it goes.
    package var rate: Int?
    /// Seconds after which a scan is old.
    package var scanAge = 600.0

    /// - Parameters:
    ///   - homes: the folder of all homes.
    ///   - scheme: how folders are named after users.
    ///   - state: where the service keeps its own things.
    package init(homes: String, scheme: FolderScheme, state: String) {
        self.homes = homes
        self.scheme = scheme
        self.state = state
    }

    /// The home of a user; nil when the name gives no folder, or one that is no user's.
    func home(of user: ExactText) -> (name: String, path: String)? {
        guard let name = scheme.folderName(for: user.text), HomeFolders.isHome(Array(name.utf8)) else { return nil }
        return (name, "\(homes)/\(name)")
    }
}
