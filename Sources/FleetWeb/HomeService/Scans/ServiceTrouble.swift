import FleetTools
import Foundation
import Homes

/// Trouble of the service, which is not the user's: what users are told of it holds no paths of the server, which the
/// log has.
enum ServiceTrouble: Error, Equatable, CustomStringConvertible {
    case noRoomForNotes
    case homeUnreadable
    case tooMuchToDo
    case notesDamaged
    case unknown

    init(_ error: any Error) {
        self =
            switch error {
            case HomeError.notWritten, is FileError, is CocoaError: .noRoomForNotes
            case HomeError.notAFolder: .homeUnreadable
            case HomeError.shortage: .tooMuchToDo
            case HomeError.brokenState: .notesDamaged
            default: .unknown
            }
    }

    var description: String {
        let reason =
            switch self {
            case .noRoomForNotes: "The service has no room for its notes, or cannot write them."
            case .homeUnreadable: "The service cannot read your home."
            case .tooMuchToDo: "The service has too much to do."
            case .notesDamaged: "What the service had noted about your home was damaged."
            case .unknown: "Something in the service went wrong."
            }
        return reason
            + " Your files are as they were, and a download that was begun can go on later. Try again in a few "
            + "minutes; if it stays so, tell the people who run this hub."
    }
}
