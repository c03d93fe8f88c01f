import FleetTesting
import Foundation
import Testing
import Texts

@testable import FleetWeb

@Suite(.tags(.medium))
struct SentPartsTests {
    private let folder: TemporaryFolder
    private var file: String { folder.path + "/sent.zip" }

    init() throws { folder = try TemporaryFolder() }

    @Test func isWholeWhenAllPartsWereSentInAnyOrder() async throws {
        var random = SplitMix(state: 3)
        for _ in 0..<20 {
            let parts = SentParts()
            try? FileManager.default.removeItem(atPath: file)
            let bounds = ([0, 1_000] + (0..<8).map { _ in UInt64.random(in: 1..<1_000, using: &random) }).sorted()
            let pieces = zip(bounds, bounds.dropFirst()).map { $0..<$1 }.shuffled(using: &random)
            let last = try #require(pieces.last { !$0.isEmpty })
            for piece in pieces where piece != last { await parts.add(file, piece) }
            #expect(await parts.isWhole(file, length: 1_000) == false)
            await parts.add(file, last)
            #expect(await parts.isWhole(file, length: 1_000))
            #expect(await SentParts().isWhole(file, length: 1_000), "also after a restart")
            #expect(await parts.isWhole(file, length: 1_001) == false)
        }
    }

    @Test func whoAsksForTheRestHasWhatIsBefore() async {
        let parts = SentParts()
        await parts.add(file, 0..<1_000)
        await parts.begin(file, at: 5_000)
        await parts.add(file, 5_000..<9_000)
        #expect(await parts.isWhole(file, length: 9_000))
    }

    @Test func whoAsksForMuchLaterDoesNot() async {
        let far: UInt64 = 1_000 + 64 << 20
        let parts = SentParts()
        await parts.add(file, 0..<1_000)
        await parts.begin(file, at: far + 1_000_000)
        await parts.add(file, (far + 1_000_000)..<(far + 2_000_000))
        #expect(await parts.isWhole(file, length: far + 2_000_000) == false)
        let none = SentParts()
        await none.begin(file + "2", at: 5_000)
        await none.add(file + "2", 5_000..<9_000)
        #expect(await none.isWhole(file + "2", length: 9_000) == false)
    }

    @Test(arguments: ["", "x", "5 1", "1", "0 9 9", "-1 5", "99999999999999999999 1", "\u{0}"])
    func aDamagedFileIsNoReceipt(_ text: String) async throws {
        try folder.write(["sent.zip": text])
        #expect(await SentParts().isWhole(file, length: 9) == false)
    }
}
