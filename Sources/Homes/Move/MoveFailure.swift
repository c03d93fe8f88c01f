import Foundation

/// The reason why a home cannot be moved any further; other homes may be.
enum MoveFailure: Error, CustomStringConvertible {
    case sourceUnreadable(SystemError)
    case targetIsNoFolder
    case targetUnwritable(SystemError)
    /// Files cannot be given to their owners.
    case ownersRefused(HomeOwner, SystemError)
    /// The source has nothing in it, and so many things on the target would be removed.
    case sourceIsEmpty(gone: Int)
    case nameIsNoText
    case notLookedAt
    /// The disk is full or broken; `what` could not be done.
    case disk(what: String, SystemError)

    var description: String {
        switch self {
        case .sourceUnreadable(let error): "the home on the source cannot be read: \(error.reason)"
        case .targetIsNoFolder: "the home on the target is no folder: \(Self.reason(ENOTDIR))"
        case .targetUnwritable(let error): "the target cannot be written: \(error.reason)"
        case .ownersRefused(let owner, let error):
            "files cannot be given to \(owner.user):\(owner.group); is root squashed there?: \(error.reason)"
        case .sourceIsEmpty(let gone):
            "the source has nothing in it any more, and \(gone) things on the target would be removed; is it "
                + "mounted? Remove them by hand if that is meant: \(Self.reason(ENOENT))"
        case .nameIsNoText: "the folder's name is no UTF-8; rename it: \(Self.reason(EILSEQ))"
        case .notLookedAt: "it cannot be looked at: \(Self.reason(EACCES))"
        case .disk(let what, let error): "\(what): \(error.reason)"
        }
    }

    private static func reason(_ number: Int32) -> String { SystemError("", number: number).reason }
}
