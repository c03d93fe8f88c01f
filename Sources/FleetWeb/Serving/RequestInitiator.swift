import HTTPTypes
import Hummingbird

/// The initiator of a request with a browser's cookie, as the browser says by `Sec-Fetch-*`, which no script can set. Pages
/// of users' servers have the address of the hub, and so its cookies: only this tells them from a person.
enum RequestInitiator: Equatable {
    /// Somebody opens an address in a window, follows a link or sends a form; or a page makes a window do so.
    case person
    /// The browser itself asks for the rest of a download that broke off.
    case resumption
    /// A script, a frame, a worker or the like, or a browser that fetches ahead of time.
    case page
    /// The browser says nothing, as over plain http: anybody.
    case unknown

    /// The headers of requests that no person has sent, wherever they lead: what is fetched ahead of time, and what a
    /// service worker gets instead of the person who opens an address.
    private static let aheadOfPeople: [HTTPField.Name] = [.purpose, .navigationPreload]

    init(_ request: Request) {
        let headers = request.headers
        guard let destination = headers[.fetchDestination], let mode = headers[.fetchMode],
            let site = headers[.fetchSite]
        else {
            self = .unknown
            return
        }
        self = .page
        guard Self.aheadOfPeople.allSatisfy({ headers[$0] == nil }) else { return }
        if destination == "document", mode == "navigate" { self = .person }
        // Chromium and Firefox say here that no site asks. Chromium does so too for a background fetch, which is a
        // script's, but names its origin. What a service worker passes on is said to be of the same origin.
        if destination == "empty", mode == "navigate" || mode == "no-cors", site == "none", headers[.origin] == nil,
            headers[.range] != nil, !request.isChange
        {
            self = .resumption
        }
    }
}
