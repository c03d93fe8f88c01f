/// Why nothing can be done with a home or an archive at all.
package enum HomeError: Error, Equatable, CustomStringConvertible {
    case notAFolder(String, reason: String)
    case notAnArchive(String, reason: String)
    /// A link stands where the home of a user would be.
    case link(String)
    case notWritten(String, reason: String)
    /// A file of the home is no longer what was archived before: what comes now would not fit what is there.
    case outdated(String)
    /// The state that was kept of an archive that was begun is damaged.
    case brokenState(String, reason: String)
    /// The system had no room for something small; later it may have.
    case shortage(String)

    package var description: String {
        switch self {
        case .notAFolder(let path, let reason): "\(path) is no home that can be read: \(reason)"
        case .notAnArchive(let path, let reason): "\(path) is no archive of a home: \(reason)"
        case .link(let path): "\(path) is a link, and so no home; name where it leads, or put the folder in its place"
        case .notWritten(let path, let reason): "\(path) cannot be written: \(reason)"
        case .outdated(let path): "\(path) has changed since the archive was begun; it has to be made anew"
        case .brokenState(let path, let reason): "\(path) cannot be continued: \(reason); remove it to start over"
        case .shortage(let reason): "the system has no room for more at the moment: \(reason); try again later"
        }
    }
}
