import Foundation

/// Tells that the system has no room, which says nothing about a file: it must not be taken for one that is gone.
enum Shortage {
    /// - Throws: `HomeError.shortage` when the last call failed for want of descriptors or memory.
    static func check() throws {
        guard [EMFILE, ENFILE, ENOMEM].contains(errno) else { return }
        throw HomeError.shortage(String(cString: strerror(errno)))
    }
}
