import Foundation
import NIOHTTP1
import Testing

@testable import FleetWeb

/// Somebody with a browser, at the service's own pages.
struct BrowserUser<Client: ServiceClient> {
    let client: Client
    /// Of the login; nil: there is none.
    var cookie: (String, String)?

    /// Opens an address.
    func open(
        _ path: String, _ method: HTTPMethod = .GET, _ more: [(String, String)] = []
    ) async throws -> ServiceAnswer {
        try await client.ask(path, method, BrowserWords.person + (cookie.map { [$0] } ?? []) + more)
    }

    /// Presses the button of a page: sends the form that goes to a path. No cookie comes with it, as with all that a
    /// sandboxed page sends.
    ///
    /// `page`: the page's text.
    func press(
        _ action: String, on page: String, _ more: [String: String] = [:], _ headers: [(String, String)] = []
    ) async throws -> ServiceAnswer {
        let path = Client.address(action)
        let token = try #require(page.token(for: path), "\(page)")
        return try await client.submit(
            ["token": token].merging(more) { $1 }, to: path, BrowserWords.ownForm + headers)
    }
}

/// What browsers say of a request.
enum BrowserWords {
    /// Somebody opens an address, such as by a link of the hub.
    static let person = words("document", "navigate", "same-origin")
    /// Somebody presses a button of a sandboxed page.
    static let ownForm = words("document", "navigate", "cross-site") + [("Origin", "null")]
    /// Chromium and Firefox ask for the rest of a download.
    static let resumptions = [words("empty", "navigate", "none"), words("empty", "no-cors", "none")]

    static func words(_ destination: String, _ mode: String, _ site: String) -> [(String, String)] {
        [("Sec-Fetch-Dest", destination), ("Sec-Fetch-Mode", mode), ("Sec-Fetch-Site", site)]
    }
}

extension String {
    /// The token in the form of a page that is sent to a path.
    func token(for action: String) -> String? {
        guard let form = range(of: "action=\"\(action)\""),
            let name = self[form.upperBound...].range(of: "name=\"token\" value=\"")
        else { return nil }
        return self[name.upperBound...].split(separator: "\"", maxSplits: 1).first.map(String.init)
    }
}
