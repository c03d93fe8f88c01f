import Foundation

/// Why a home cannot be moved any further.
struct MoveFailure: Error, CustomStringConvertible {
    /// Why one file of the source cannot be read, although it could be opened.
    struct Source: Error { let reason: String }

    let description: String

    /// - Parameters:
    ///   - what: what does not work.
    ///   - error: the reason of the system.
    init(_ what: String, error: Int32 = errno) {
        description = "\(what): \(String(cString: strerror(error)))"
    }
}
