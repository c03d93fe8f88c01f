import FleetTools
import HTTPTypes

/// Why somebody may not do what they ask for.
enum VisitorRefusal: PageError, Equatable {
    /// Nobody is logged in, or the hub does not let them use the service of this name.
    case notLoggedIn(service: String)
    /// The page or script of somebody else sends the request, with the cookie of this service.
    case notFromOwnPage
    case notAnAdministrator
    /// The login was not begun here, took too long, or the hub refused it.
    case loginFailed

    var page: MessagePage {
        switch self {
        case .notLoggedIn(let service):
            MessagePage(
                .forbidden, "Not allowed",
                "Log in to the hub, or send a token of yours that has the scope "
                    + "access:services!service=\(service): Authorization: token …")
        case .notFromOwnPage:
            MessagePage(.forbidden, "Not allowed", "This can only be opened from the service's own page.")
        case .notAnAdministrator:
            MessagePage(.forbidden, "Not allowed", "This page is for administrators of the hub.")
        case .loginFailed:
            MessagePage(
                .forbidden, "You could not be logged in",
                "This login was not begun here, took longer than ten minutes, or the hub refused it. Begin anew.")
        }
    }
}

extension HubIdentityError: PageError {
    var page: MessagePage {
        MessagePage(.badGateway, "The hub does not answer", "\(self). Try again in a minute.")
    }
}
