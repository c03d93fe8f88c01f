import Foundation

/// What the system tells a process of itself.
package enum ProcessFacts {
    /// Whether it can be had. On Linux, the arguments of a Swift program come from `/proc`: without it, as in a bare chroot,
    /// they are lost or wrong, and what was asked for is nothing that could be done.
    package static var areAtHand: Bool {
        #if os(Linux)
            access("/proc/self/cmdline", R_OK) == 0
        #else
            true
        #endif
    }
}
