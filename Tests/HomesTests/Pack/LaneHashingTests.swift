import CChecksums
import Crypto
import FleetTesting
import Testing

@testable import Homes

@Suite(.tags(.small))
struct LaneHashingTests {
    /// Bytes in pieces of random lengths.
    private struct Pieces: HashSource {
        let number: Int
        let bytes: UnsafeRawBufferPointer
        var random: SplitMix
        var place = 0

        mutating func next() -> UnsafeRawBufferPointer {
            let count = min(64 * Int.random(in: 1...20, using: &random), bytes.count - place)
            defer { place += count }
            return UnsafeRawBufferPointer(rebasing: bytes[place..<(place + count)])
        }
    }

    /// With and without the processor's help, against the library: all lengths around the ends of blocks, and any others.
    @Test(arguments: [true, false])
    func hashesAsTheLibraryDoes(hasLanes: Bool) {
        var random = SplitMix(state: 7)
        let bytes = (0..<50_000).map { _ in UInt8.random(in: 0...255, using: &random) }
        let lengths =
            (0...300)
            + (0..<200).map { number in
                Int.random(in: 0...[100, 5_000, 50_000][number % 3], using: &random)
            }
        var digests: [Int: [UInt8]] = [:]
        bytes.withUnsafeBytes { bytes in
            var number = 0
            while number < lengths.count {
                LaneHashing.run(hasLanes: hasLanes && hubfleet_sha256_has_lanes()) { () -> Pieces? in
                    // Now and then there is nothing yet.
                    guard number < lengths.count, number % 7 != 3 || Bool.random(using: &random) else { return nil }
                    defer { number += 1 }
                    let part = UnsafeRawBufferPointer(rebasing: bytes[..<lengths[number]])
                    return Pieces(number: number, bytes: part, random: random)
                } done: { (source: Pieces, digest: [UInt8]) in
                    digests[source.number] = digest
                }
            }
        }
        for (number, length) in lengths.enumerated() {
            #expect(digests[number] == Array(SHA256.hash(data: bytes[..<length])), "\(length) bytes")
        }
    }
}
