import FleetTools
import HTTPTypes

/// Why somebody may not do what they ask for.
enum VisitorRefusal: PageError, Equatable {
    /// Nobody is logged in, or the hub does not let them use the service of this name.
    case notLoggedIn(service: String)
    /// A script, a frame or the like sends the request, with the cookie of this service.
    case notAPerson
    /// The browser does not say who sends it. `home` is the address at which a program gets the home.
    case unknownInitiator(home: String)
    /// The request has nothing that only the service's own pages have, or had it for too long.
    case notFromOwnPage
    /// A browser opens the address, and no form of the service has sent it there.
    case notConfirmed
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
        case .notAPerson:
            MessagePage(
                .forbidden, "Not allowed",
                "Only you can open this, in a window of its own: no script, frame or service worker of some page.")
        case .unknownInitiator(let home):
            MessagePage(
                .forbidden, "This needs https",
                "The request does not say whether you ask, or the page of another user: today's browsers do, but over "
                    + "https alone. Open the hub at an address that begins with https. Or use a terminal and a token "
                    + "of yours from the hub's page “Token”: curl -L -o home.zip -H \"Authorization: token $TOKEN\" '\(home)'"
            )
        case .notFromOwnPage:
            MessagePage(
                .forbidden, "Not from this service's page",
                "This must be asked for by a button of the service's own page, and within twelve hours after the page "
                    + "was opened. Open it again.")
        case .notConfirmed:
            MessagePage(
                .forbidden, "This begins on the service's page",
                "There is a button for it, so that nobody else's page can begin it.")
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
