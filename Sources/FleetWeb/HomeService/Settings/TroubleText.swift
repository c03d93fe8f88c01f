import FleetTools
import Foundation
import Homes

/// What users are told of trouble that is not theirs: no paths of the server, which the log has.
enum PlainWords {
    static func of(_ error: any Error) -> String {
        let reason =
            switch error {
            case HomeError.notWritten, is FileError, is CocoaError:
                "The service has no room for its notes, or cannot write them."
            case HomeError.notAFolder: "The service cannot read your home."
            case HomeError.shortage: "The service has too much to do."
            case HomeError.brokenState: "What the service had noted about your home was damaged."
            default: "Something in the service went wrong."
            }
        return reason
            + " Your files are as they were, and a download that was begun can go on later. Try again in a few "
            + "minutes; if it stays so, tell the people who run this hub."
    }

    /// Tells the operator, in the service's own log.
    static let logged: @Sendable (String) -> Void = { text in
        try? FileHandle.standardError.write(contentsOf: Data("hubfleet: \(text)\n".utf8))
    }
}
