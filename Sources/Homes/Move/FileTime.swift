import Foundation

/// Times of files on disks that keep less than nanoseconds.
enum FileTime {
    /// Whether a disk that was given a time would have kept it like this: some have steps of 100 ns or of 1 µs.
    static func isSame(_ given: Int64, kept: Int64) -> Bool {
        given == kept
            || [100, 1000].contains { step in
                kept.isMultiple(of: step) && given.subtractingReportingOverflow(modulo(given, step)) == (kept, false)
            }
    }

    private static func modulo(_ number: Int64, _ step: Int64) -> Int64 {
        let rest = number % step
        return rest < 0 ? rest + step : rest
    }

    /// For the system's calls: nothing for the last access, which stays.
    static func pair(_ modified: Int64) -> [timespec] {
        let (whole, rest) = modified.quotientAndRemainder(dividingBy: 1_000_000_000)
        let time = timespec(
            tv_sec: Int(rest < 0 ? whole - 1 : whole), tv_nsec: Int(rest < 0 ? rest + 1_000_000_000 : rest))
        return [time, time]
    }
}
