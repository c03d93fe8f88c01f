import CChecksums
import CZlib
import FleetTesting
import Foundation
import Testing

@testable import Homes

@Suite(.tags(.small))
struct CRC32Tests {
    /// Both ways to count, in pieces of any length and place, against zlib.
    @Test func countsAsZlibDoes() {
        var random = SplitMix(state: 1)
        let bytes = (0..<20_000).map { _ in UInt8.random(in: 0...255, using: &random) }
        for _ in 0..<2_000 {
            let start = Int.random(in: 0..<10_000, using: &random)
            let count = Int.random(in: 0...[15, 64, 200, 9_000][Int.random(in: 0..<4, using: &random)], using: &random)
            let before = UInt32.random(in: 0...(.max), using: &random)
            bytes.withUnsafeBytes { bytes in
                let part = UnsafeRawBufferPointer(rebasing: bytes[start..<(start + count)])
                let right = UInt32(
                    crc32(uLong(before), part.baseAddress?.assumingMemoryBound(to: UInt8.self), uInt(count)))
                let expected = count == 0 ? before : right
                #expect(hubfleet_crc32(before, part.baseAddress, count) == expected)
                #expect(hubfleet_crc32_portable(before, part.baseAddress, count) == expected)
            }
        }
    }
}
