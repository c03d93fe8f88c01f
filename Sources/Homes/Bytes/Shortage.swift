import Foundation

/// A want of descriptors or memory. It says nothing about a file, which must not be taken for one that is gone.
enum Shortage {
    /// - Throws: `HomeError.shortage` when that is why the call failed.
    static func check(_ error: SystemError) throws {
        if [EMFILE, ENFILE, ENOMEM].contains(error.number) { throw HomeError.shortage(error.reason) }
    }
}
