import Foundation
import Homes
import Texts

/// The facts of a home's page, for programs.
struct HomeAnswer: Encodable, Equatable {
    /// `scanning`, `failed` or `ready`.
    let state: String
    var things: Int?
    var files, folders, links, skipped: Int?
    var bytes: Int64?
    var taken: Date?
    /// The addresses of the archives.
    var zip, tar: String?
    var zipLength, tarLength: UInt64?
    var reason: String?

    init(_ state: HomePage.State, user: ExactText, _ addresses: ArchiveAddresses) {
        switch state {
        case .scanning(let things, let bytes):
            self.state = "scanning"
            (self.things, self.bytes) = (things, bytes)
        case .failed(let reason):
            self.state = "failed"
            self.reason = reason
        case .ready(let snapshot):
            self.state = "ready"
            let summary = snapshot.summary
            (files, folders, links, skipped) = (summary.files, summary.folders, summary.links, summary.problems)
            (bytes, taken) = (summary.bytes, summary.taken)
            zip = addresses.address(of: snapshot, .zip, user: user)
            tar = addresses.address(of: snapshot, .tar, user: user)
            (zipLength, tarLength) = (summary.length(.zip), summary.length(.tar))
        }
    }
}
