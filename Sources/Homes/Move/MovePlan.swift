import FleetTools
import Foundation

/// The plan of a move: what each home needs, known before anything is written.
struct MovePlan {
    /// The needs of one home.
    struct Estimate {
        var files = 0
        var bytes: Int64 = 0
        /// Bytes on the disk.
        var disk: Int64 = 0
        /// Bytes of all files, which are compared.
        var all: Int64 = 0
        /// Whether the target is one of its folders: paths do not say so when that is mounted twice.
        var holdsTarget = false
        /// The result, as a dry run tells it.
        var result: MoveResult.Home?
        var failure: (any Error)?
    }

    private let settings: MoveSettings
    /// By the folder on the source.
    private var estimates: [[UInt8]: Estimate] = [:]

    /// A plan without homes, for a move that copies nothing.
    init(_ settings: MoveSettings) { self.settings = settings }

    /// Looks at all homes.
    ///
    /// - Throws: `MoveError.mountedTwice`, and `CancellationError`.
    init(_ settings: MoveSettings, _ homes: [MoveNames.Home], _ tell: (MoveEvent) -> Void) throws {
        self.settings = settings
        for (index, home) in homes.enumerated() {
            tell(.looksAt(home: ByteText.readable(home.folder), done: index, count: homes.count))
            // What is wrong with a home is said when it is its turn.
            do { estimates[home.folder] = try estimate(home) } catch let error as CancellationError {
                throw error
            } catch {
                estimates[home.folder] = Estimate(failure: error)
            }
        }
        if let within = homes.first(where: { estimates[$0.folder]?.holdsTarget == true }) {
            throw MoveError.mountedTwice(
                settings.to, home: "\(settings.from)/\(ByteText.readable(within.folder))")
        }
        // What is copied is read twice more, to be compared.
        let compared = settings.isDryRun ? 0 : estimates.values.reduce(0) { $0 + 2 * $1.all }
        tell(
            .planned(
                files: estimates.values.reduce(0) { $0 + $1.files },
                bytes: estimates.values.reduce(compared) { $0 + $1.bytes }))
    }

    /// The needs of a home; nil in a plan without homes.
    subscript(home: MoveNames.Home) -> Estimate? { estimates[home.folder] }

    private func estimate(_ home: MoveNames.Home) throws -> Estimate {
        var dry = settings
        dry.isDryRun = true
        let moved = try MovedHome(home, dry)
        let judge = MoveJudge(moved)
        var estimate = Estimate()
        let target = (try? FileFacts.of(moved.target.chain.root))?.place
        if let place = (try? moved.source.facts(of: []))?.place { estimate.holdsTarget = place == target }
        let path = settings.from + "/" + String(decoding: home.folder, as: UTF8.self)
        try HomeWalk(path, as: settings.user).run { found in
            guard case .entry(let entry) = found else {
                if case .problem(let problem) = found { moved.result.skip(problem.path, problem.moveExplanation) }
                return
            }
            guard let facts = try? moved.source.facts(of: entry.path) else { return }
            if facts.kind == .file { estimate.all += facts.size }
            if facts.place == target { estimate.holdsTarget = true }
            switch judge.verdict(entry.path, facts, try? moved.target.facts(of: entry.path)) {
            case .same: moved.result.unchanged += facts.kind == .folder ? 0 : 1
            case .conflict(let why): moved.result.conflict(entry.path, why)
            case .new, .changed: estimate.add(facts)
            }
        }
        moved.result.copied = estimate.files
        moved.result.copiedBytes = estimate.bytes
        estimate.result = moved.result
        return estimate
    }

    /// - Throws: `MoveError.noRoom`, `.noRoomForFiles`.
    func checkSpace() throws {
        var space = statvfs()
        guard statvfs(settings.to, &space) == 0 else { return }
        let needed = estimates.values.reduce(0) { $0 + $1.disk }
        let free = Int64(clamping: UInt64(space.f_bavail).multipliedReportingOverflow(by: UInt64(space.f_frsize)).0)
        if needed > free { throw MoveError.noRoom(settings.to, free: free, needed: needed) }
        let files = estimates.values.reduce(0) { $0 + $1.files }
        if space.f_files > 0, files > Int(clamping: UInt64(space.f_favail)) {
            throw MoveError.noRoomForFiles(settings.to, free: UInt64(space.f_favail), needed: files)
        }
    }
}

extension MovePlan.Estimate {
    /// Counts something that is to be written.
    fileprivate mutating func add(_ facts: FileFacts) {
        disk += max(facts.allocated, 4096)
        guard facts.kind != .folder else { return }
        files += 1
        bytes += facts.kind == .file ? facts.size : 0
    }
}
