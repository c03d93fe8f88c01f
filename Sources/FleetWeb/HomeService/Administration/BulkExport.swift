import FleetTools
import Foundation
import Homes
import Receipts

/// The archives of all homes, made one after another for an administrator. A run that was stopped, or in which homes
/// failed, goes on when it is asked for again.
actor BulkExport {
    struct Run: Codable, Sendable {
        enum State: String, Codable, Sendable { case waiting, running, done, failed }

        struct Home: Codable, Sendable {
            let folder: String
            /// The user's name, when the hub knows one for the folder.
            let user: String
            var state = State.waiting
            var bytes: UInt64 = 0
            var length: UInt64 = 0
            var root: String?
            var exceptions = 0
            var reason: String?
        }

        let name: String
        let by: String
        var homes: [Home]
        var finished: Date?

        func count(_ state: State) -> Int { homes.count { $0.state == state } }

        /// Whether it was stopped, or some homes failed: there is something to go on with.
        var isOpen: Bool { finished == nil || count(.failed) > 0 }
    }

    private let settings: HomeServiceSettings
    private let key: ReceiptKey
    private let audit: AuditLog
    private let time: any TimeSource
    private let worker = BlockingWork("exports")
    private var run: Run?
    private var task: Task<Void, Never>?

    init(_ settings: HomeServiceSettings, key: ReceiptKey, audit: AuditLog, time: any TimeSource) {
        self.settings = settings
        self.key = key
        self.audit = audit
        self.time = time
    }

    /// Whether there is a place for archives.
    nonisolated var isPossible: Bool { settings.exports != nil }

    var isRunning: Bool { task != nil }

    /// The run that goes on, or the last one.
    var last: Run? { run ?? newest() }

    /// Goes on with what the last run did not do, or begins a run; nothing when one runs, or the last one did all.
    ///
    /// - Parameters:
    ///   - anew: whether to begin a run with all homes, whatever was done before.
    ///   - administrator: who asks.
    ///   - users: the names of the hub's users.
    /// - Throws: `HomeError`, `FileError`.
    func start(anew: Bool, by administrator: String, users: [String]) throws {
        guard task == nil, let exports = settings.exports else { return }
        let run: Run
        if !anew, let last = newest() {
            guard last.isOpen else { return }
            run = Self.continued(last)
        } else {
            run = try new(by: administrator, users, in: exports)
        }
        let folder = "\(exports)/\(run.name)"
        try FileWriting.makeFolder(folder, permissions: 0o700)
        self.run = run
        try save()
        audit.add(
            AuditLog.Line(time: time.now, actor: administrator, user: "*", action: "export all", outcome: run.name))
        task = Task { await work(folder) }
    }

    /// Stops the run that goes on; the next one goes on in the middle of the home where this one was.
    func stop(by administrator: String) {
        guard let task, let run, !task.isCancelled else { return }
        task.cancel()
        audit.add(
            AuditLog.Line(time: time.now, actor: administrator, user: "*", action: "stop export all", outcome: run.name)
        )
    }

    private static func continued(_ last: Run) -> Run {
        var run = last
        run.finished = nil
        for index in run.homes.indices where run.homes[index].state != .done {
            run.homes[index] = Run.Home(folder: run.homes[index].folder, user: run.homes[index].user)
        }
        return run
    }

    private func new(by administrator: String, _ users: [String], in exports: String) throws -> Run {
        let names = Dictionary(users.compactMap { user in settings.scheme.folderName(for: user).map { ($0, user) } }) {
            first, _ in first
        }
        let homes = try HomeFolders(settings.homes).users.map { String(decoding: $0, as: UTF8.self) }
        let now = time.now.formatted(
            .iso8601.year().month().day().time(includingFractionalSeconds: false)
                .timeSeparator(.omitted))
        // Another one may have ended within the same second.
        let taken = (1...).lazy.map { $0 == 1 ? now : "\(now)-\($0)" }
        let name = taken.first { !FileManager.default.fileExists(atPath: "\(exports)/\($0)") } ?? now
        return Run(name: name, by: administrator, homes: homes.map { Run.Home(folder: $0, user: names[$0] ?? $0) })
    }

    private func work(_ folder: String) async {
        for index in run?.homes.indices ?? 0..<0 {
            guard !Task.isCancelled else { break }
            guard let home = run?.homes[index], home.state == .waiting else { continue }
            await archive(home, index, folder)
        }
        if run?.count(.waiting) == 0 { run?.finished = time.now }
        try? save()
        task = nil
    }

    private func archive(_ waiting: Run.Home, _ index: Int, _ folder: String) async {
        var home = waiting
        home.state = .running
        change(index, home)
        let (source, target) = ("\(settings.homes)/\(home.folder)", "\(folder)/\(home.folder).zip")
        let (user, key) = (home.user, key)
        do {
            let receipt = try await worker.run { [weak self] in
                let export = HomeExport(of: source, owner: user, format: .zip)
                return try Self.existing(target)
                    ?? export.write(to: target) { event in
                        guard case .wrote(let bytes, _) = event, let self else { return }
                        Task { await self.progress(index, bytes) }
                    }
            }
            try SignedReceipt(receipt, key: key).write(to: target + ".receipt.json")
            (home.state, home.root) = (.done, receipt.root)
            (home.bytes, home.length, home.exceptions) = (receipt.length, receipt.length, receipt.exceptionCount)
        } catch is CancellationError {
            home.state = .waiting
        } catch {
            (home.state, home.reason) = (.failed, "\(error)")
        }
        change(index, home)
    }

    /// An archive that was whole when the run was stopped.
    private static func existing(_ target: String) throws -> HomeReceipt? {
        guard FileManager.default.fileExists(atPath: target) else { return nil }
        if let receipt = try? SignedReceipt(file: target + ".receipt.json").receipt { return receipt }
        // Without its receipt nobody knows what is in it.
        try FileManager.default.removeItem(atPath: target)
        return nil
    }

    private func progress(_ index: Int, _ bytes: UInt64) {
        // It may come late, when another run has begun.
        guard let run, run.homes.indices.contains(index), run.homes[index].state == .running else { return }
        self.run?.homes[index].bytes = bytes
    }

    private func change(_ index: Int, _ home: Run.Home) {
        run?.homes[index] = home
        try? save()
    }

    private func save() throws {
        guard let run, let exports = settings.exports else { return }
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        try FileWriting.write(Array(try encoder.encode(run)), to: "\(exports)/\(run.name).json")
    }

    private func newest() -> Run? {
        guard let exports = settings.exports,
            // By their names without the ending, which would stand behind "-2".
            let name = (try? FileManager.default.contentsOfDirectory(atPath: exports))?
                .filter({ $0.hasSuffix(".json") }).map({ $0.dropLast(5) }).max(),
            let data = FileManager.default.contents(atPath: "\(exports)/\(name).json")
        else { return nil }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try? decoder.decode(Run.self, from: data)
    }
}
