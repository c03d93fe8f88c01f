import Synchronization

/// A section that one of two threads makes: whoever comes first.
final class SectionJob: Sendable {
    /// The state of the work on a section.
    private enum State {
        case waiting
        case taken
        case done(Result<[UInt8], any Error>)
    }

    private let section: ArchiveSection
    private let state = Mutex(State.waiting)

    init(_ section: ArchiveSection) { self.section = section }

    /// The section, for who must make it now; nil when another one does, or did.
    func take() -> ArchiveSection? {
        state.withLock { state in
            guard case .waiting = state else { return nil }
            state = .taken
            return section
        }
    }

    func finish(_ result: Result<[UInt8], any Error>) { state.withLock { $0 = .done(result) } }

    /// The bytes of the section, or why there are none; nil until it is made.
    var result: Result<[UInt8], any Error>? {
        state.withLock { if case .done(let result) = $0 { result } else { nil } }
    }
}
