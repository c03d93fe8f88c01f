/// Bytes that are to be hashed, in pieces.
protocol HashSource {
    /// The next piece, good until the next call; its length divides by 64, unless it is the last. Empty at the end.
    mutating func next() -> UnsafeRawBufferPointer
}
