/// Hands out the contents of a member piece by piece; it may be left unused.
typealias MemberContents = ((UnsafeRawBufferPointer) throws -> Void) throws -> Void

/// An archive that can be read.
protocol ArchiveReading {
    /// Hands out all members in their order.
    ///
    /// - Throws: `HomeError.notAnArchive` when it cannot be read further, and what `body` throws. The contents throw
    ///   `MemberFault`.
    func readAll(_ body: (FoundMember, MemberContents) throws -> Void) throws
}
