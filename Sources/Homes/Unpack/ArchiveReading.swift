/// Hands out the contents of a member piece by piece; it may be left unused.
typealias MemberContents = ((UnsafeRawBufferPointer) throws -> Void) throws -> Void

/// The end of an archive, as it was found.
enum ArchiveEnd: Sendable, Equatable {
    case whole
    /// It ends behind a member, and without the mark that should stand there: it may have been cut.
    case withoutMark
    /// Something stands behind its end that is not read, such as a second archive.
    case followed

    /// What is to be said of it; nil when all is well.
    var doubt: String? {
        switch self {
        case .whole: nil
        case .withoutMark: "it has no mark at its end: if it was cut there, what came after is missing"
        case .followed: "something stands behind its end that was not read, such as a second archive"
        }
    }
}

/// An archive that can be read.
protocol ArchiveReading {
    /// Hands out all members in their order.
    ///
    /// - Returns: how it ends.
    /// - Throws: `HomeError.notAnArchive` when it cannot be read further, and what `body` throws. The contents throw
    ///   `MemberFault`.
    @discardableResult
    func readAll(_ body: (FoundMember, MemberContents) throws -> Void) throws -> ArchiveEnd

    /// What people should know of the way in which it is read; nil when there is nothing to say.
    var remark: String? { get }
}

extension ArchiveReading {
    var remark: String? { nil }
}
