/// Names of files that are not finished.
enum TemporaryName {
    private static let prefix = ".hubfleet-move."
    private static let suffix = ".part"

    static func next() -> String {
        let digits = String(UInt64.random(in: 0...UInt64.max), radix: 16)
        return prefix + String(repeating: "0", count: 16 - digits.count) + digits + suffix
    }

    static func isOne(_ name: ArraySlice<UInt8>) -> Bool {
        guard name.count == prefix.utf8.count + 16 + suffix.utf8.count else { return false }
        return name.starts(with: prefix.utf8) && name.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    }
}
