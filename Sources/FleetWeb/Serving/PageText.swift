import Foundation

/// Numbers and times as pages show them: alike on every machine, whatever its language.
enum PageText {
    /// Such as `1,234,567`.
    static func number(_ number: Int) -> String {
        number.formatted(.number.locale(Locale(identifier: "en_US")))
    }

    /// Such as `2026-01-02 03:04:05 UTC`.
    static func time(_ date: Date) -> String {
        date.formatted(.iso8601.year().month().day().dateTimeSeparator(.space).time(includingFractionalSeconds: false))
            + " UTC"
    }
}
