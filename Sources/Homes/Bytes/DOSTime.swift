import Foundation

/// Dates of ZIP archives: in UTC, in steps of two seconds, from 1980 to 2107. Others become the nearest.
enum DOSTime {
    static func of(_ seconds: Int64) -> (time: UInt16, date: UInt16) {
        let clamped = min(max(seconds, 315_532_800), 4_354_819_198)
        var time = time_t(clamped)
        var parts = tm()
        gmtime_r(&time, &parts)
        let clock = UInt16(parts.tm_hour) << 11 | UInt16(parts.tm_min) << 5 | UInt16(parts.tm_sec / 2)
        return (clock, UInt16(parts.tm_year - 80) << 9 | UInt16(parts.tm_mon + 1) << 5 | UInt16(parts.tm_mday))
    }
}

extension DOSTime {
    /// Seconds since 1970; other programs write local time, which nobody can tell.
    static func seconds(_ time: UInt16, _ date: UInt16) -> Int64 {
        var parts = tm()
        parts.tm_year = Int32(date >> 9) + 80
        parts.tm_mon = Int32(date >> 5 & 15) - 1
        parts.tm_mday = Int32(date & 31)
        parts.tm_hour = Int32(time >> 11)
        parts.tm_min = Int32(time >> 5 & 63)
        parts.tm_sec = Int32(time & 31) * 2
        return Int64(timegm(&parts))
    }
}
