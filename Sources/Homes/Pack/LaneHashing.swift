import CChecksums
import Crypto

/// SHA-256 of many things, some at a time where the processor can: it hashes three in less time than two alone.
enum LaneHashing {
    /// Hashes all that there is.
    ///
    /// - Parameters:
    ///   - hasLanes: whether the processor can hash several at once.
    ///   - next: the next thing; asked again after nil while others are hashed.
    ///   - done: is given each thing with its digest.
    static func run<Source: HashSource>(
        hasLanes: Bool = hubfleet_sha256_has_lanes(), next: () -> Source?, done: (Source, [UInt8]) -> Void
    ) {
        guard hasLanes else {
            while let source = next() { hash(source, done) }
            return
        }
        let most = Int(HUBFLEET_SHA256_LANES)
        var lanes: [Lane<Source>] = []
        while true {
            while lanes.count < most, let source = next() { lanes.append(Lane(source)) }
            guard let blocks = lanes.map(\.blocks).min() else { return }
            withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<UInt32>?.self, capacity: most) { states in
                withUnsafeTemporaryAllocation(of: UnsafePointer<UInt8>?.self, capacity: most) { bytes in
                    for (number, lane) in lanes.enumerated() {
                        states[number] = lane.state
                        bytes[number] = lane.bytes
                    }
                    hubfleet_sha256_blocks(Int32(lanes.count), states.baseAddress, bytes.baseAddress, blocks)
                }
            }
            lanes.removeAll { $0.pass(blocks, done) }
        }
    }

    private static func hash<Source: HashSource>(_ source: Source, _ done: (Source, [UInt8]) -> Void) {
        var source = source
        var sha = SHA256()
        while true {
            let piece = source.next()
            guard !piece.isEmpty else { return done(source, Array(sha.finalize())) }
            sha.update(bufferPointer: piece)
        }
    }
}

/// A stream that is hashed beside others.
private final class Lane<Source: HashSource> {
    /// FIPS 180-4, 5.3.3.
    private static var beginning: [UInt32] {
        [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19]
    }

    /// The eight words between two blocks.
    let state = UnsafeMutablePointer<UInt32>.allocate(capacity: 8)
    /// Room for the last blocks of all.
    private let tail = UnsafeMutableRawBufferPointer.allocate(byteCount: 128, alignment: 16)
    private var source: Source
    private var piece = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Bytes that are hashed.
    private var length: UInt64 = 0
    /// Whether all pieces were seen, and the padding is hashed now.
    private var isLast = false

    /// The number of blocks that can be hashed now; at least one.
    var blocks: Int { piece.count / 64 }
    var bytes: UnsafePointer<UInt8>? { piece.baseAddress?.assumingMemoryBound(to: UInt8.self) }

    init(_ source: Source) {
        self.source = source
        state.initialize(from: Self.beginning, count: 8)
        goOn()
    }

    deinit {
        state.deallocate()
        tail.deallocate()
    }

    /// Goes on behind so many blocks.
    ///
    /// - Returns: whether that was all of it; `done` has its digest then.
    func pass(_ blocks: Int, _ done: (Source, [UInt8]) -> Void) -> Bool {
        piece = UnsafeRawBufferPointer(rebasing: piece[(blocks * 64)...])
        length += UInt64(blocks) * 64
        guard piece.count < 64 else { return false }
        guard isLast else {
            goOn()
            return false
        }
        done(
            source,
            [UInt8](unsafeUninitializedCapacity: 32) { digest, count in
                for index in 0..<32 {
                    digest[index] = UInt8(truncatingIfNeeded: state[index / 4] >> (24 - index % 4 * 8))
                }
                count = 32
            })
        return true
    }

    /// Takes the next piece, or makes what stands behind the last one (FIPS 180-4, 5.1.1).
    private func goOn() {
        if piece.isEmpty { piece = source.next() }
        guard piece.count < 64 else { return }
        isLast = true
        let bits = (length + UInt64(piece.count)) * 8
        let count = piece.count + 9 <= 64 ? 64 : 128
        tail.initializeMemory(as: UInt8.self, repeating: 0)
        tail.copyMemory(from: piece)
        tail[piece.count] = 0x80
        tail.storeBytes(of: bits.bigEndian, toByteOffset: count - 8, as: UInt64.self)
        piece = UnsafeRawBufferPointer(rebasing: tail[..<count])
    }
}
