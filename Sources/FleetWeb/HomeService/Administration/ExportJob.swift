import FleetTools
import Foundation
import Homes
import Synchronization
import Texts

/// The export of all homes that administrators begin and stop: one at a time, apart from the requests.
actor ExportJob {
    /// The run that goes on, as the export tells it.
    private final class Progress: Sendable {
        private let run: Mutex<AllHomesRun>
        private let runs: AllHomesRuns

        init(_ run: AllHomesRun, in runs: AllHomesRuns) {
            self.run = Mutex(run)
            self.runs = runs
        }

        var now: AllHomesRun { run.withLock { $0 } }

        func note(_ event: AllHomesEvent) {
            run.withLock { run in if run.note(event) { save(run) } }
        }

        func end(at time: Date) {
            run.withLock { run in
                run.end(at: time)
                save(run)
            }
        }

        /// What cannot be noted is done again when the run is continued.
        private func save(_ run: AllHomesRun) { try? runs.save(run) }
    }

    /// The folder for the archives.
    nonisolated let place: String
    private let homes: String
    private let scheme: FolderScheme
    private let runs: AllHomesRuns
    private let key: ReceiptKey
    private let audit: AuditLog
    private let time: any TimeSource
    private let worker = BlockingWork("exports")
    private var progress: Progress?
    private var task: Task<Void, Never>?

    /// - Parameters:
    ///   - settings: where homes are.
    ///   - place: the folder for the archives.
    ///   - state: signs receipts, and takes a line for what administrators do.
    ///   - time: says how late it is.
    init(_ settings: HomeServiceSettings, in place: String, state: HomeServiceState, time: any TimeSource) {
        self.place = place
        homes = settings.homes
        scheme = settings.scheme
        runs = AllHomesRuns(place)
        key = state.key
        audit = state.audit
        self.time = time
    }

    var isRunning: Bool { task != nil }

    /// The run that goes on, or the last one.
    var last: AllHomesRun? { progress?.now ?? runs.newest }

    /// Goes on with what the last run did not do, or begins a run; nothing when one runs, or the last one did all.
    ///
    /// - Parameters:
    ///   - anew: whether to begin a run with all homes, whatever was done before.
    ///   - administrator: who asks.
    ///   - users: the names of the hub's users.
    /// - Throws: `HomeError`, `FileError`.
    func start(anew: Bool, by administrator: ExactText, users: [ExactText]) throws {
        guard task == nil else { return }
        let names = users.compactMap { user in scheme.folderName(for: user.text).map { ($0.exact, user) } }
        let next = try runs.next(
            anew: anew, by: administrator, homes: homes, users: Dictionary(names) { first, _ in first }, at: time.now)
        guard let run = next else { return }
        let progress = Progress(run, in: runs)
        self.progress = progress
        note("export all", by: administrator, run)
        task = Task { await work(run, progress) }
    }

    /// Stops the run that goes on; the next one goes on in the middle of the home where this one was.
    func stop(by administrator: ExactText) {
        guard let task, let progress, !task.isCancelled else { return }
        task.cancel()
        note("stop export all", by: administrator, progress.now)
    }

    private func work(_ run: AllHomesRun, _ progress: Progress) async {
        var export = AllHomesExport(from: homes, to: runs.archives(of: run), key: key)
        export.unproven = .isReplaced
        // A home that fails is noted; whoever stops the run wants it to end.
        _ = try? await worker.run { [export] in try export.run(run.waiting) { progress.note($0) } }
        progress.end(at: time.now)
        task = nil
    }

    private func note(_ action: String, by administrator: ExactText, _ run: AllHomesRun) {
        audit.add(AuditLog.Line(time: time.now, actor: administrator, user: "*", action: action, outcome: run.name))
    }
}
