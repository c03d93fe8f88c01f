import Foundation

/// The length and the beginning of a random test: a small share runs with every change, `scripts/check-long random` asks
/// for more rounds and for other beginnings.
package enum RandomRun {
    /// How many rounds a test does: its own number, times `HUBFLEET_ROUNDS` if that is set.
    package static func rounds(_ usual: Int) -> Int { usual * (number("HUBFLEET_ROUNDS") ?? 1) }

    /// The numbers of a test: those of its own seed, or others where `HUBFLEET_SEED` is set. Both can be repeated.
    package static func numbers(_ usual: UInt64) -> SplitMix { SplitMix(state: seed(usual)) }

    /// The seed of a test that another program takes its numbers from: its own, or another where `HUBFLEET_SEED` is set.
    package static func seed(_ usual: UInt64) -> UInt64 { usual &+ UInt64(number("HUBFLEET_SEED") ?? 0) }

    private static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap(Int.init).flatMap { $0 > 0 ? $0 : nil }
    }
}
