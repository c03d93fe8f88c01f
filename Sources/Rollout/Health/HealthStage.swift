/// One step of a check, in the order in which they are taken: each needs those before it.
package enum HealthStage: String, CaseIterable, Sendable, Comparable, Codable {
    /// The hub itself answers.
    case hub
    /// Its proxy leads people to it.
    case proxy
    /// The page of the login is there.
    case login
    /// The API knows the service that checks, and gives it its rights.
    case api
    /// What an earlier check left is gone, and the user of checks is made.
    case user
    /// The hub starts a server for that user.
    case spawn
    /// The server answers through the proxy, and a kernel answers in it.
    case kernel
    /// Cells of a notebook give what they must.
    case notebook
    /// The home can be written.
    case home
    /// The server is still there some seconds later.
    case hold
    /// The server stops.
    case stop
    /// The user of checks is gone.
    case clean

    package static func < (left: HealthStage, right: HealthStage) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }

    /// What is waited for, for people.
    package var purpose: String {
        switch self {
        case .hub: "the hub to answer"
        case .proxy: "the proxy to lead to the hub"
        case .login: "the page of the login"
        case .api: "the API"
        case .user: "the user of checks"
        case .spawn: "the user's server to start"
        case .kernel: "a kernel to answer"
        case .notebook: "cells of a notebook"
        case .home: "the home to be written"
        case .hold: "the server to stay"
        case .stop: "the server to stop"
        case .clean: "the user of checks to go"
        }
    }
}

/// Whose a trouble is: who has to look at it.
package enum HealthSubject: String, Sendable, Codable {
    case hub, image, capacity, cluster, network, credentials
    /// Our own check.
    case check
}
