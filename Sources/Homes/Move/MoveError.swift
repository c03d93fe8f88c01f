import FleetTools

/// The reason why nothing can be moved.
package enum MoveError: Error, Equatable, CustomStringConvertible {
    /// A side of the move is not there; `option` is the one that names it.
    case noFolder(String, option: String)
    case sameFolder(String, String)
    case withinEachOther(String, String)
    case receiptOnOldSide(String)
    case stateOnOldSide(String)
    case stateAmongHomes(String)
    /// The target is a folder of a home, which is mounted twice.
    case mountedTwice(String, home: String)
    case noRoom(String, free: Int64, needed: Int64)
    case noRoomForFiles(String, free: UInt64, needed: Int)
    case noHomes(String)
    /// `folder` is what the user's would be called; nil when there can be none.
    case noHome(user: String, String, folder: String?)
    /// The target was copied from another home of the old side.
    case copiedFromOther(String, from: String, and: String, journal: String)
    /// The target was copied from the same home in another place.
    case copiedFromElsewhere(String, from: String, and: String)

    package var description: String {
        switch self {
        case .noFolder(let path, let option):
            "\(option) \(path) is no folder that is there; mount it, make it, or name another one"
        case .sameFolder(let from, let to): "\(from) and \(to) are the same folder; name two places"
        case .withinEachOther(let from, let to): "\(from) and \(to) lie within each other; name two places"
        case .receiptOnOldSide(let path):
            "\(path) is on the old side, which is never written to; name a file elsewhere with --receipt"
        case .stateOnOldSide(let path):
            "\(path) is on the old side, which is never written to; name a folder elsewhere with --state"
        case .stateAmongHomes(let path):
            "\(path) is among the homes of the new side; leave out --state, or name a folder elsewhere"
        case .mountedTwice(let path, let home):
            "\(path) is a folder of \(home), mounted twice; name two places. Nothing was written"
        case .noRoom(let path, let free, let needed):
            "\(path) has \(ByteAmount.text(free)) free, and \(ByteAmount.text(needed)) are to be written; make room, or "
                + "move some homes with --user. Nothing was written"
        case .noRoomForFiles(let path, let free, let needed):
            "\(path) has room for \(free) more files, and \(needed) are to be written. Nothing was written"
        case .noHomes(let path): "\(path) has no homes in it; is it mounted?"
        case .noHome(let user, let path, let folder):
            "\(user) has no home in \(path)\(folder.map { "; its folder would be \($0)" } ?? ""). Check the name and "
                + "--from-scheme"
        case .copiedFromOther(let target, let earlier, let now, let journal):
            Self.copied(target, earlier, now)
                + ". If that was a mistake in the map of users, remove \(target) and \(journal)"
        case .copiedFromElsewhere(let target, let earlier, let now):
            Self.copied(target, earlier, now)
                + ". If that is the same place, mounted elsewhere now, add --from-moved; if it is another hub's, give its "
                + "user another name with --user-map"
        }
    }

    private static func copied(_ target: String, _ earlier: String, _ now: String) -> String {
        "what is in \(target) was copied from \(earlier) before, and not from \(now)"
    }
}
