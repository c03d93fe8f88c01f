/// The name of a file until all of it is written.
struct ImportPart {
    private static let beginning = Array(".hubfleet-import-".utf8)
    private static let digits = 16

    /// The name, another for each import, so that two never write to one.
    let name: [UInt8]

    init() {
        let number = String(UInt64.random(in: 0...UInt64.max), radix: 16)
        name = Self.beginning + Array((String(repeating: "0", count: Self.digits - number.count) + number).utf8)
    }

    /// Whether an import calls its parts so.
    static func `is`(_ name: ArraySlice<UInt8>) -> Bool {
        name.count == beginning.count + digits && name.starts(with: beginning)
            && name.dropFirst(beginning.count).allSatisfy {
                UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0
            }
    }
}
