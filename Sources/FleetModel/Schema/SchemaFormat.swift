import Foundation

/// The formats of text that are checked. Others, such as `iri` or `duration`, mean nothing.
struct SchemaFormat: Sendable {
    /// "an e-mail address".
    let words: String
    let fits: @Sendable (String) -> Bool

    /// - Returns: nil for a format that is not checked.
    init?(_ name: String) {
        guard let format = Self.all[name] else { return nil }
        (words, fits) = format
    }

    private static let all: [String: (words: String, fits: @Sendable (String) -> Bool)] = [
        "date": ("a date such as 2026-01-31", isDate),
        "date-time": ("a time such as 2026-01-31T12:00:00Z", isDateTime),
        "email": ("an e-mail address", isEmail),
        "hostname": ("a host name", isHostname),
        "ipv4": ("an IPv4 address", { isAddress($0, AF_INET) }),
        "ipv6": ("an IPv6 address", { isAddress($0, AF_INET6) }),
        "regex": ("a regular expression", { SchemaPattern($0) != nil }),
        "time": ("a time such as 12:00:00Z", isTime),
        "uri": ("an address such as https://example.org/", { isReference($0) && hasScheme($0) }),
        "uri-reference": ("an address, or a part of one", isReference),
        "uuid": ("a UUID", { $0.utf8.count == 36 && UUID(uuidString: $0) != nil }),
    ]

    // MARK: - Names and addresses

    @Sendable private static func isHostname(_ text: String) -> Bool {
        let name = text.hasSuffix(".") ? text.dropLast() : text[...]
        guard name.utf8.count <= 253 else { return false }
        return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.unicodeScalars.allSatisfy { $0.isASCIIAlphanumeric || $0 == "-" }
        }
    }

    @Sendable private static func isEmail(_ text: String) -> Bool {
        guard let mark = text.lastIndex(of: "@"), text.utf8.count <= 254 else { return false }
        let local = text[..<mark]
        let domain = text[mark...].dropFirst()
        guard local.utf8.count <= 64, isLocalPart(local) else { return false }
        guard domain.hasPrefix("["), domain.hasSuffix("]") else { return isHostname(String(domain)) }
        let address = domain.dropFirst().dropLast()
        return address.hasPrefix("IPv6:")
            ? isAddress(String(address.dropFirst(5)), AF_INET6) : isAddress(String(address), AF_INET)
    }

    private static func isLocalPart(_ local: Substring) -> Bool {
        if local.count > 1, local.hasPrefix("\""), local.hasSuffix("\"") {
            return !local.dropFirst().dropLast().contains { "\\\"".contains($0) }
        }
        return !local.hasPrefix(".") && !local.hasSuffix(".") && !local.contains("..")
            && local.unicodeScalars.allSatisfy {
                $0.isASCIIAlphanumeric || ".!#$%&'*+-/=?^_`{|}~".unicodeScalars.contains($0)
            }
    }

    private static func isAddress(_ text: String, _ family: Int32) -> Bool {
        var address = in6_addr()
        return !text.utf8.contains(0) && inet_pton(family, text, &address) == 1
    }

    @Sendable private static func isReference(_ text: String) -> Bool {
        let hasIllegal = text.unicodeScalars.contains {
            !$0.isASCII || $0.value <= 0x20 || $0.value == 0x7F || "<>\"{}|\\^`".unicodeScalars.contains($0)
        }
        return !hasIllegal
            && !text.matches(of: /%/).contains { match in
                !text[match.range.upperBound...].prefix(2).allSatisfy(\.isHexDigit)
                    || text[match.range.upperBound...].prefix(2).count < 2
            }
    }

    private static func hasScheme(_ text: String) -> Bool {
        guard let mark = text.firstIndex(of: ":"), let first = text.unicodeScalars.first else { return false }
        return first.isASCIILetter
            && text[..<mark].unicodeScalars.allSatisfy { $0.isASCIIAlphanumeric || "+-.".unicodeScalars.contains($0) }
    }

    // MARK: - Dates and times

    @Sendable private static func isDate(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(digits)
        guard text.utf8.count == 10, parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2]
        else { return false }
        let isLeapYear = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return text.utf8.dropFirst(4).first == UInt8(ascii: "-") && (1...12).contains(month)
            && (1...days[month - 1]).contains(day)
    }

    @Sendable private static func isDateTime(_ text: String) -> Bool {
        let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { "Tt".contains($0) }
        return parts.count == 2 && isDate(String(parts[0])) && isTime(String(parts[1]))
    }

    /// A leap second may stand before midnight of Greenwich only.
    @Sendable private static func isTime(_ text: String) -> Bool {
        let form = /([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))/
        guard let match = text.wholeMatch(of: form), let hour = Int(match.1), let minute = Int(match.2),
            let second = Int(match.3), hour < 24, minute < 60, second <= 60
        else { return false }
        let offset = (hours: match.5.flatMap { Int($0) } ?? 0, minutes: match.6.flatMap { Int($0) } ?? 0)
        guard offset.hours < 24, offset.minutes < 60 else { return false }
        let ahead = (offset.hours * 60 + offset.minutes) * (match.4 == "-" ? -1 : 1)
        return second < 60 || (hour * 60 + minute - ahead + 1440) % 1440 == 1439
    }

    private static func digits(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
    }
}

extension Unicode.Scalar {
    fileprivate var isASCIILetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) }

    fileprivate var isASCIIAlphanumeric: Bool { isASCIILetter || ("0"..."9").contains(self) }
}
