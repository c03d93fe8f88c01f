import FleetModel
import FleetTesting
import Foundation
import Testing

@Suite(.tags(.medium))
struct FuzzTests {
    /// Deterministic, so that a failure can be repeated.
    struct SplitMix: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    private static let morsels: [String] = [
        "&a ", "*a", "<<: ", "- ", "? ", ": ", "!!binary ", "!!str ", "|\n", ">-\n", "'", "\"", "{", "}", "[", "]",
        "\t",
        "\u{0}", "\u{FEFF}", "\u{2028}", "---\n", "...\n", "%YAML 1.1\n", "~", "9223372036854775808", "0x", "1e999",
        "\r",
        "#", "name: ", "hubs:\n", "\u{1F600}",
    ]

    private func mutate(_ bytes: [UInt8], _ random: inout SplitMix) -> [UInt8] {
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

    /// Neither a crash nor a hang, and every finding has a place in the file.
    @Test(.timeLimit(.minutes(5)))
    func survivesTenThousandMutatedFiles() throws {
        let folder = try TemporaryFolder().write(["config/clusters/good/x": "", "helm-charts/basehub/Chart.yaml": ""])
        let file = "\(folder.path)/config/clusters/good/cluster.yaml"
        let seeds = [BrokenClusterTests.good, "a: &x [1, {b: *x}]\nc: {<<: *x}\n"].map { Array($0.utf8) }
        var random = SplitMix(state: 20_261_121)
        var broken = 0
        for round in 0..<10_000 {
            let bytes = mutate(seeds[round % 10 == 0 ? 1 : 0], &random)
            try Data(bytes).write(to: URL(filePath: file))
            let findings = try FleetReader.read(root: folder.path).findings
            broken += findings.isEmpty ? 0 : 1
            let lines = bytes.count { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } + 3 + bytes.count / 3
            for finding in findings {
                guard (1...lines).contains(finding.location.line), finding.location.column >= 1 else {
                    Issue.record("round \(round): no place in the file: \(finding)")
                    return
                }
            }
        }
        #expect(broken > 9_000, "the files are hardly mutated")
    }
}
