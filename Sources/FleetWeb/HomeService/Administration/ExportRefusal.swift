import HTTPTypes

/// Why archives of all homes are not made.
enum ExportRefusal: PageError, Equatable {
    static let noPlaceText =
        "The operator of this hub has given the service no place for archives of all homes (--exports)."

    case noPlace
    case notBegun(reason: String)

    var page: MessagePage {
        switch self {
        case .noPlace: MessagePage(.conflict, "There is no place for archives", Self.noPlaceText)
        case .notBegun(let reason): MessagePage(.internalServerError, "The archives cannot be made", reason)
        }
    }
}
