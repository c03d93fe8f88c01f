import Engines
import FleetModel
import FleetTools
import Foundation
import Texts

/// The checks of several hubs, side by side.
package struct HealthRun: Sendable {
    /// A hub that is to be checked.
    package struct Patient: Sendable {
        package let hub: Hub
        /// How it is asked; nil when it cannot be, for the reason of `trouble`.
        let access: HealthAccess?
        let manner: HealthManner
        let trouble: HealthTrouble?

        package init(_ hub: Hub, access: HealthAccess, manner: HealthManner) {
            (self.hub, self.access, self.manner, trouble) = (hub, access, manner, nil)
        }

        /// One that cannot be asked.
        package init(_ hub: Hub, unchecked trouble: HealthTrouble) {
            self.hub = hub
            self.trouble = trouble
            access = nil
            manner = HealthManner(isHere: false)
        }
    }

    /// Hubs of one cluster at a time: each check starts a server there.
    private static let width = 4
    /// From this many on, and with more than a fifth of a cluster's hubs, those that are not well are asked once more.
    private static let many = 3

    private let doors: Doors
    private let limits: HealthLimits
    private let last: HealthStage
    private let notebook: CheckNotebook?
    private let tell: @Sendable (HealthEvent) -> Void

    /// - Parameters:
    ///   - doors: those to the outside.
    ///   - limits: how long the stages may take.
    ///   - last: the stage that checks end with.
    ///   - notebook: the cells that are run; nil: those that a check has itself.
    ///   - tell: is told what happens.
    package init(
        doors: Doors, limits: HealthLimits = HealthLimits(), upTo last: HealthStage = .clean,
        notebook: CheckNotebook? = nil, tell: @escaping @Sendable (HealthEvent) -> Void
    ) {
        self.doors = doors
        self.limits = limits
        self.last = last
        self.notebook = notebook
        self.tell = tell
    }

    /// Checks hubs; one that is not well does not hold up others.
    /// - Returns: a verdict for each, in their order.
    /// - Throws: `CancellationError`; what was started is stopped by then.
    package func check(_ patients: [Patient]) async throws -> [HealthVerdict] {
        let clusters = Dictionary(grouping: patients) { $0.hub.cluster.exact }
        let found = try await withThrowingTaskGroup(of: [HealthVerdict].self) { group in
            for patients in clusters.values { group.addTask { try await checkCluster(patients) } }
            return try await group.reduce(into: [ExactText: HealthVerdict]()) { found, verdicts in
                for verdict in verdicts { found[verdict.hub.exact] = verdict }
            }
        }
        return patients.compactMap { found[$0.hub.id.exact] }
    }

    private func checkCluster(_ patients: [Patient]) async throws -> [HealthVerdict] {
        var verdicts = try await withThrowingTaskGroup(of: HealthVerdict.self) { group in
            var found: [HealthVerdict] = []
            for (number, patient) in patients.enumerated() {
                if number >= Self.width, let verdict = try await group.next() { found.append(verdict) }
                group.addTask { try await check(patient) }
            }
            for try await verdict in group { found.append(verdict) }
            return found
        }
        let ill = Set(verdicts.filter { $0.outcome == .unhealthy }.map(\.hub.exact))
        if ill.count >= Self.many, ill.count * 5 > patients.count {
            // So many at once have a common cause, or only came too many at once: one after the other shows which.
            for patient in patients where ill.contains(patient.hub.id.exact) {
                let again = try await check(patient)
                verdicts.removeAll { $0.hub.exact == again.hub.exact }
                verdicts.append(again)
            }
        }
        return verdicts
    }

    private func check(_ patient: Patient) async throws -> HealthVerdict {
        let verdict = try await verdict(on: patient)
        tell(.done(verdict))
        return verdict
    }

    private func verdict(on patient: Patient) async throws -> HealthVerdict {
        let hub = patient.hub.id
        guard let access = patient.access else {
            return .unchecked(hub, patient.trouble ?? .notDeployed, at: doors.time.now)
        }
        let lock: FileLock
        do {
            let since = doors.time.now.ISO8601Format()
            lock = try FileLock(
                path: access.lock, holder: "process \(ProcessInfo.processInfo.processIdentifier) since \(since)")
        } catch FileError.held(_, let holder) {
            return .unchecked(hub, .otherCheck(holder), at: doors.time.now)
        }
        let diary = HealthDiary(hub, token: access.token, time: doors.time, tell: tell)
        let check = HealthCheck(
            hub: hub, access: access, manner: patient.manner, limits: limits, notebook: notebook,
            visits: doors.hubVisits, time: doors.time, diary: diary)
        defer { withExtendedLifetime(lock) {} }
        return try await check.run(upTo: last)
    }
}
