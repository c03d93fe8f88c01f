import HTTPTypes

/// Why an archive is not sent.
enum DownloadRefusal: PageError, Equatable {
    case noHome
    /// The home cannot be looked at, or its archive not be read, for a reason that is not the user's.
    case troubled(ServiceTrouble)
    /// The home is being looked at; so many things were seen.
    case stillScanning(things: Int)
    /// The address always means the newest archive, so no part of one can be had there; below `prefix` it can.
    case notResumable(prefix: String)
    case archiveGone
    /// The notes of the service about the archive are damaged.
    case archiveDamaged
    /// The client holds a part of another archive.
    case anotherArchive
    case tooMany
    case tooManyOfUser

    var page: MessagePage {
        switch self {
        case .noHome: MessagePage(.notFound, "There is nothing to download", HomeStore.noHome)
        case .troubled(let trouble):
            MessagePage(
                .serviceUnavailable, "The service cannot do this at the moment", trouble.description, retryAfter: 300)
        case .stillScanning(let things):
            MessagePage(
                .serviceUnavailable, "Your home is still being looked at",
                "\(things) things so far. Ask again in a minute.", retryAfter: 30)
        case .notResumable(let prefix):
            MessagePage(
                .preconditionFailed, "This address cannot be resumed",
                "It means the newest archive, which may be another one now. Resume at the address that the download "
                    + "was sent to, \(prefix)archives/….")
        case .archiveGone, .archiveDamaged, .anotherArchive: lost
        case .tooMany:
            MessagePage(
                .serviceUnavailable, "Too many downloads at once", "Try again in a few minutes.", retryAfter: 30)
        case .tooManyOfUser:
            MessagePage(
                .tooManyRequests, "You have too many downloads at once", "Wait until one of them has ended.",
                retryAfter: 30)
        }
    }

    /// The page about a download that cannot be continued.
    private var lost: MessagePage {
        switch self {
        case .archiveDamaged:
            MessagePage(
                .gone, "This archive is no longer there",
                "What the service had noted about it is damaged, so it cannot be continued. Your files are as they "
                    + "were. Start a new download.")
        case .anotherArchive:
            MessagePage(
                .preconditionFailed, "This is another archive",
                "What you have is not a part of this archive, so it cannot be continued here. Start a new download.")
        default:
            MessagePage(
                .gone, "This archive is no longer there",
                "Your files have changed since it was begun, or it is more than a week old, so it cannot be continued: "
                    + "the rest would not fit what you have. Start a new download.")
        }
    }
}
