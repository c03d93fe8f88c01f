import FleetTools
import Foundation
import Homes
import Texts

/// The scans of users' homes, one at a time for each, kept on the disk so that a download can go on after a restart.
actor HomeStore {
    enum Status: Sendable {
        case scanning(ScanProgress)
        case ready(HomeSnapshot)
        /// There is no home of this user.
        case noHome
        /// The home cannot be looked at now, for a reason that is not the user's.
        case troubled(ServiceTrouble)
    }

    private struct Home {
        var snapshots: [ExactText: HomeSnapshot] = [:]
        var newest: HomeSnapshot?
        var scan: (task: Task<Void, Never>, progress: ScanProgress)?
        var failure: ServiceTrouble?
    }

    /// The text for users who have no home.
    static let noHome = "You have no home directory on this hub yet. It is made when you start a server."
    private static let kept = 3
    private static let longest: TimeInterval = 7 * 24 * 3600
    private let settings: HomeServiceSettings
    private let time: any TimeSource
    private let tell: @Sendable (String) -> Void
    /// At most so many scans at once: servers need the disks as well.
    private let workers = [BlockingWork("scan 1"), BlockingWork("scan 2")]
    private var homes: [ExactText: Home] = [:]
    private var swept = Date.distantPast
    /// The number of scans that each of them has to do.
    private var waiting = [0, 0]
    /// Scans of which something is being sent: they stay, however old they are.
    nonisolated let uses = SnapshotUses()

    /// - Parameters:
    ///   - settings: of the service.
    ///   - time: says how old scans are.
    ///   - tell: told why a scan failed, in words for the operator.
    init(
        _ settings: HomeServiceSettings, time: any TimeSource,
        tell: @escaping @Sendable (String) -> Void = OperatorLog.write
    ) {
        self.settings = settings
        self.time = time
        self.tell = tell
    }

    /// The folder with what the service keeps about a user.
    nonisolated func folder(of user: ExactText) -> String? {
        settings.home(of: user).map { "\(settings.state)/homes/\($0.name)" }
    }

    /// The state of a user's home; a scan is begun when nothing is, or when that is old.
    func status(of user: ExactText) -> Status {
        load(user)
        let home = homes[user] ?? Home()
        if let scan = home.scan { return .scanning(scan.progress) }
        // Once: whoever asks again gets another try.
        if let failure = home.failure {
            homes[user]?.failure = nil
            return .troubled(failure)
        }
        if let newest = home.newest, age(of: newest) < settings.scanAge {
            return .ready(newest)
        }
        return scan(user)
    }

    /// The state of a user's home, after a while when a scan runs that may end soon.
    func status(of user: ExactText, waiting patience: Duration) async -> Status {
        let status = status(of: user)
        guard case .scanning = status, let task = homes[user]?.scan?.task else { return status }
        // Whoever waits for a task waits to its end, whatever else there is to do: so it is looked at now and then.
        let end = time.instant + patience
        while homes[user]?.scan?.task == task, time.instant < end {
            guard (try? await time.sleep(for: .milliseconds(50))) != nil else { break }
        }
        return self.status(of: user)
    }

    /// Begins a scan, unless one runs.
    @discardableResult func scan(_ user: ExactText) -> Status {
        load(user)
        if let scan = homes[user]?.scan { return .scanning(scan.progress) }
        guard let (_, path) = settings.home(of: user), let folder = folder(of: user), Self.isFolder(path) else {
            return .noHome
        }
        sweep()
        let progress = ScanProgress()
        let number = waiting[0] <= waiting[1] ? 0 : 1
        let worker = workers[number]
        waiting[number] += 1
        let time = time
        let task = Task {
            defer { waiting[number] -= 1 }
            do {
                let snapshot = try await worker.run { try Self.take(user, path, folder, time, progress) }
                scanned(user, snapshot)
            } catch {
                failed(user, error)
            }
        }
        homes[user, default: Home()].scan = (task, progress)
        return .scanning(progress)
    }

    /// A scan of this user; nil when there is none with this name, or files that were given away have changed.
    func snapshot(_ id: String, of user: ExactText) -> HomeSnapshot? {
        load(user)
        return homes[user]?.snapshots[id.exact]
    }

    /// Forgets a scan whose archive can no longer be had. Downloads that go on with it end early.
    func forget(_ id: String, of user: ExactText) {
        guard let snapshot = homes[user]?.snapshots.removeValue(forKey: id.exact) else { return }
        if homes[user]?.newest?.summary.id == id { homes[user]?.newest = nil }
        try? FileManager.default.removeItem(atPath: snapshot.folder)
    }

    private func scanned(_ user: ExactText, _ snapshot: HomeSnapshot) {
        let id = snapshot.summary.id
        // The same state of the same home: what is known of its files stays known.
        let known = homes[user]?.snapshots[id.exact]
        homes[user]?.snapshots[id.exact] = known ?? snapshot
        homes[user]?.newest = snapshot.summary.taken > (known?.summary.taken ?? .distantPast) ? snapshot : known
        homes[user]?.scan = nil
        homes[user]?.failure = nil
        prune(user)
    }

    private func failed(_ user: ExactText, _ error: any Error) {
        homes[user]?.scan = nil
        homes[user]?.failure = ServiceTrouble(error)
        tell("the home of \(user) cannot be scanned: \(error)")
    }

    private func prune(_ user: ExactText) {
        let newest = homes[user]?.newest?.summary.id
        let all = (homes[user]?.snapshots.values.map(\.self) ?? []).sorted { $0.summary.taken > $1.summary.taken }
        for (index, old) in all.enumerated()
        where (index >= Self.kept || age(of: old) > Self.longest)
            && old.summary.id != newest && !uses.contains(old.folder)
        {
            forget(old.summary.id, of: user)
        }
    }

    /// The seconds since a scan.
    private func age(of snapshot: HomeSnapshot) -> TimeInterval {
        time.now.timeIntervalSince(snapshot.summary.taken)
    }

    /// Once a day, removes what nobody comes back for.
    private func sweep() {
        guard time.now.timeIntervalSince(swept) > 24 * 3600 else { return }
        swept = time.now
        for user in homes.keys where homes[user]?.scan == nil { prune(user) }
        OldSnapshots.remove(
            in: settings.state + "/homes", except: Set(homes.keys.compactMap { settings.home(of: $0)?.name.exact }),
            before: time.now - Self.longest)
    }

    /// Takes over what an earlier run of the service kept.
    private func load(_ user: ExactText) {
        guard homes[user] == nil, let folder = folder(of: user) else { return }
        var home = Home()
        let path = folder + "/snapshots"
        for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
            if name.hasPrefix("new-") {
                try? FileManager.default.removeItem(atPath: "\(path)/\(name)")
            } else if let snapshot = try? HomeSnapshot(folder: "\(path)/\(name)"), snapshot.summary.id == name {
                home.snapshots[name.exact] = snapshot
            }
        }
        home.newest = home.snapshots.values.max { $0.summary.taken < $1.summary.taken }
        homes[user] = home
    }

    /// A link is no home, as for `HomeFolders`.
    private static func isFolder(_ path: String) -> Bool {
        let type = (try? FileManager.default.attributesOfItem(atPath: path))?[.type]
        return type as? FileAttributeType == .typeDirectory
    }

    private static func take(
        _ user: ExactText, _ path: String, _ folder: String, _ time: any TimeSource, _ progress: ScanProgress
    ) throws -> HomeSnapshot {
        let snapshots = folder + "/snapshots"
        try FileWriting.makeFolder(snapshots, permissions: 0o700)
        let new = "\(snapshots)/new-\(UUID().uuidString)"
        // What a scan wrote that failed would fill the disk, one try after another.
        defer { try? FileManager.default.removeItem(atPath: new) }
        let taken = try HomeSnapshot.take(of: path, owner: user, in: new, time: time) { progress.set($0, $1) }
        let final = "\(snapshots)/\(taken.summary.id)"
        if rename(new, final) != 0 {
            // It is there: only the time of the scan is new.
            rename(new + "/snapshot.json", final + "/snapshot.json")
        }
        return try HomeSnapshot(folder: final)
    }
}
