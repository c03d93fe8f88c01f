/// Deterministic, so that a failure can be repeated.
package struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    package init(state: UInt64) {
        self.state = state
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Spoils files, for tests that nothing crashes on any input.
package enum Mutation {
    private static let morsels: [String] = [
        "&a ", "*a", "<<: ", "- ", "? ", ": ", "!!binary ", "!!str ", "|\n", ">-\n", "'", "\"", "{", "}", "[", "]",
        "\t",
        "\u{0}", "\u{FEFF}", "\u{2028}", "---\n", "...\n", "%YAML 1.1\n", "~", "9223372036854775808", "0x", "1e999",
        "\r",
        "#", "name: ", "hubs:\n", "\u{1F600}",
    ]

    /// A few random changes: bytes, bits, parts that move or vanish, morsels of YAML.
    package static func mutate(_ bytes: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let position = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, position + Int.random(in: 0...40, using: &random))
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes.insert(UInt8.random(in: 0...255, using: &random), at: position)
            case 1: bytes.removeSubrange(position..<end)
            case 2: bytes.insert(contentsOf: bytes[position..<end], at: Int.random(in: 0...bytes.count, using: &random))
            case 3 where position < bytes.count: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 4: bytes = Array(bytes.prefix(position))
            default:
                let morsel = Self.morsels[Int.random(in: 0..<Self.morsels.count, using: &random)]
                bytes.insert(contentsOf: Array(morsel.utf8), at: position)
            }
        }
        return bytes
    }
}
