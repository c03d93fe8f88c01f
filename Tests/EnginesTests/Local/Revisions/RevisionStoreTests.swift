import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Testing
import Texts

@testable import Engines

/// Revisions of a hub's configuration side by side, however a process that writes them ends.
@Suite(.tags(.medium), .timeLimit(.minutes(20)))
struct RevisionStoreTests {
    private let older = "{hub: {allowNamedServers: true}}"
    private let newer = "{hub: {allowNamedServers: false}}"

    @Test func aChangeMakesARevisionAndTheSameMakesNone() async throws {
        let bed = try await LocalBed()
        let first = try await bed.deploy(older)
        #expect(try await bed.deploy(older) == first)
        let second = try await bed.deploy(newer)
        #expect(first.number == 1 && second.number == 2)
        #expect(bed.store.numbers == [1, 2])
        #expect(bed.store.current == 2)
        #expect(bed.store.isWhole(1) && bed.store.isWhole(2))
        #expect(
            bed.events.all == [
                .deployed(hub: "c/prod", revision: 1, isNew: true), .deployed(hub: "c/prod", revision: 1, isNew: false),
                .deployed(hub: "c/prod", revision: 2, isNew: true),
            ])
        let names = try FileManager.default.contentsOfDirectory(atPath: bed.hubFolder.revision(2).path).sorted()
        #expect(names == ["jupyterhub_config.py", "python", "requirements.txt", "revision.json"])
    }

    /// Somebody changed a file of the current revision.
    @Test func aRevisionThatIsDamagedIsMadeAnew() async throws {
        let bed = try await LocalBed()
        try await bed.deploy(older)
        try FileWriting.write("x", to: bed.hubFolder.revision(1).config)
        #expect(!bed.store.isWhole(1))
        #expect(try await bed.deploy(older).number == 2)
        #expect(bed.store.isWhole(2))
    }

    /// Names that Unicode holds equal are two files: of each it is known what it must be.
    @Test(arguments: NormalForms.all)
    func everyFileOfARevisionIsKnown(_ names: NormalForms) async throws {
        let bed = try await LocalBed()
        let files = [names.one, names.other].map { "/etc/jupyter/\($0).txt" }
        let listed = files.enumerated().map { "f\($0): {mountPath: \"\($1)\", stringData: \"\($0)\"}" }
        let values = "{singleuser: {extraFiles: {\(listed.joined(separator: ", "))}}}"
        try await bed.deploy(values)
        #expect(bed.store.isWhole(1))
        #expect(try await bed.deploy(values).number == 1)
        for file in files {
            let path = bed.hubFolder.revision(1).path + "/files" + file
            let kept = try #require(FileManager.default.contents(atPath: path))
            try FileWriting.write("x", to: path, permissions: 0o644)
            #expect(!bed.store.isWhole(1))
            try FileWriting.write(String(decoding: kept, as: UTF8.self), to: path, permissions: 0o644)
            #expect(bed.store.isWhole(1))
        }
    }

    /// A process that is killed anywhere leaves the revision from before, or the new one; the next one ends the work.
    @Test func aKillBetweenAnyTwoWritesLeavesAWholeRevision() async throws {
        var steps = 0
        while true {
            var bed = try await LocalBed()
            try await bed.deploy(older)
            let disk = DyingDisk(after: steps)
            bed.disk = disk
            _ = try? await bed.deploy(newer)
            let isOver = !disk.isDead
            bed.disk = RealRevisionDisk()
            let current = try #require(bed.store.current, "after \(steps) changes")
            #expect(bed.store.isWhole(current), "after \(steps) changes")
            #expect(LocalState.read(bed.hubFolder) != nil, "after \(steps) changes")
            for number in bed.store.numbers { #expect(bed.store.isWhole(number), "after \(steps) changes") }
            try await bed.deploy(newer)
            let state = bed.engine.state(of: bed.hub)
            #expect(state.current == state.record.wanted?.revision.number)
            #expect(try bed.configuration().contains("allow_named_servers = False"))
            let names = try FileManager.default.contentsOfDirectory(atPath: bed.hubFolder.revisions)
            #expect(names.allSatisfy { Int($0) != nil }, "\(names) after \(steps) changes")
            guard !isOver else { break }
            steps += 1
        }
        #expect(steps > 50)
    }

    /// Before there is any revision, nothing is better than a part.
    @Test func aKillDuringTheFirstDeploymentLeavesNothingOrAWholeRevision() async throws {
        for steps in stride(from: 0, through: 120, by: 7) {
            var bed = try await LocalBed()
            bed.disk = DyingDisk(after: steps)
            _ = try? await bed.deploy(older)
            if let current = bed.store.current { #expect(bed.store.isWhole(current), "after \(steps) changes") }
            bed.disk = RealRevisionDisk()
            try await bed.deploy(older)
            #expect(bed.store.current.map(bed.store.isWhole) == true)
        }
    }

    @Test func oldRevisionsGoButNeverTheCurrentOne() async throws {
        let bed = try await LocalBed()
        for number in 1...RevisionStore.keptCount {
            try await bed.deploy("{hub: {concurrentSpawnLimit: \(number)}}")
        }
        let engine = bed.engine
        _ = try await engine.rollBack(to: 1, under: engine.lock(bed.hub), tell: bed.events.tell)
        // Two writes of other revisions while the first one is the current one.
        for number in 11...12 {
            let facts = try #require(bed.store.read(1))
            let contents = RevisionContents(
                LocalSettings(sections: [], files: [], limits: [], administrators: [], serviceNames: []), hub: bed.hub,
                folder: bed.hubFolder.revision(number), requirements: "")
            try bed.store.write(contents, facts.numbered(number))
            try bed.store.removeOld(used: [])
        }
        #expect(bed.store.numbers == [1, 4, 5, 6, 7, 8, 9, 10, 11, 12])
        #expect(bed.store.current == 1)
    }

    /// Other accounts' servers read files of the revision, but not the configuration.
    @Test func permissionsLetServersInAndKeepTheConfigurationClosed() async throws {
        var bed = try await LocalBed()
        bed.disk = RealRevisionDisk()
        try await bed.deploy(older)
        let revision = bed.hubFolder.revision(1)
        #expect(try bed.mode(revision.config) == 0o600)
        #expect(try bed.mode(revision.path) == 0o700)
        #expect(try bed.mode(revision.python) == 0o755)
        #expect(try bed.mode(revision.python + "/hubfleet_hub/spawner.py") == 0o644)
        #expect(try bed.mode(bed.hubFolder.state) == 0o600)
    }

    @Test func whatWasThereBeforeRevisionsGoesAndPortsStay() async throws {
        let bed = try await LocalBed()
        let root = bed.hubFolder.root
        try FileWriting.makeFolder(root + "/python")
        try FileWriting.write("old", to: root + "/jupyterhub_config.py")
        // As version 0.1 wrote it.
        let old = #"{"ports":{"downloads":45003,"hub":45000,"internalHub":45001,"proxyAPI":45002}}"#
        try FileWriting.write(old, to: root + "/state.json")
        let ports = HubPorts(hub: 45000, internalHub: 45001, proxyAPI: 45002, downloads: 45003)
        #expect(LocalState.read(bed.hubFolder) == LocalState(ports: ports))
        try await bed.deploy(older)
        #expect(LocalState.read(bed.hubFolder)?.ports == ports)
        #expect(LocalState.read(bed.hubFolder)?.record?.wanted?.revision.number == 1)
        let names = try FileManager.default.contentsOfDirectory(atPath: root)
        #expect(!names.contains("jupyterhub_config.py") && !names.contains("python"))
    }

    @Test func whatWasThereBeforeRevisionsStaysWhileSomethingRuns() async throws {
        let bed = try await LocalBed()
        let python = bed.hubFolder.root + "/python"
        try FileWriting.makeFolder(python)
        try await bed.withProcess([:]) { try await bed.deploy(older) }
        #expect(FileManager.default.fileExists(atPath: python))
        try await bed.deploy(older)
        #expect(!FileManager.default.fileExists(atPath: python))
    }

    /// The hub has its new revision by then.
    @Test func aFailureToRemoveOldFilesIsTold() async throws {
        var bed = try await LocalBed()
        try await bed.deploy(older)
        bed.disk = DyingDisk(after: .max, keeping: "python")
        #expect(try await bed.deploy(newer).number == 2)
        #expect(bed.store.current == 2)
        #expect(
            bed.events.all.suffix(2) == [
                .oldFilesStay(hub: "c/prod", reason: "Killed()"), .deployed(hub: "c/prod", revision: 2, isNew: true),
            ])
    }

    /// An upgrade moves the program.
    @Test func aRevisionDoesNotSayWhereTheProgramIs() async throws {
        var bed = try await LocalBed()
        bed.doors.program = "/old/hubfleet"
        let first = try await bed.deploy(older)
        bed.doors.program = "/new/hubfleet"
        #expect(try await bed.deploy(older) == first)
        try await bed.deploy(newer)
        let engine = bed.engine
        let lock = try engine.lock(bed.hub)
        #expect(try await engine.rollBack(to: 1, under: lock, tell: { _ in }) == first)
        let facts = try String(contentsOfFile: bed.hubFolder.revision(1).path + "/revision.json", encoding: .utf8)
        #expect(try !facts.contains("/hubfleet\"") && !bed.configuration().contains("old/hubfleet"))
        #expect(try engine.hub(under: lock).revision.parts.contains { $0.program == .hubfleet })
    }

    @Test func revisionsThatSomethingRunsWithStay() async throws {
        let bed = try await LocalBed()
        for number in 1...3 { try await bed.deploy("{hub: {concurrentSpawnLimit: \(number)}}") }
        let lock = try bed.engine.lock(bed.hub)
        try bed.store.changeState(under: lock) { state in
            var state = state
            state?.record?.running = bed.store.read(1).map {
                HubRecord.Running(revision: $0.revision, since: $0.revision.made, proof: $0.healthTarget)
            }
            return state
        }
        try await bed.withProcess(["JUPYTER_CONFIG_PATH": "/x:\(bed.hubFolder.revision(3).files)/a"]) {
            for number in 4...12 {
                let deployment = try bed.deployment("{hub: {concurrentSpawnLimit: \(number)}}")
                _ = try await bed.engine.deploy(deployment, under: lock, tell: { _ in })
            }
        }
        #expect(bed.store.numbers == [1, 3, 5, 6, 7, 8, 9, 10, 11, 12])
    }

    /// Also for files that a later revision has withdrawn.
    @Test func otherAccountsReadOnlyWhatIsInUse() async throws {
        var bed = try await LocalBed()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: bed.folder.path)
        bed.doors.isRoot = true
        try await bed.deploy(older)
        #expect(try bed.mode(bed.hubFolder.revision(1).path) == 0o711)
        try await bed.deploy(newer)
        #expect(try bed.mode(bed.hubFolder.revision(1).path) == 0o700)
        #expect(try bed.mode(bed.hubFolder.revision(2).path) == 0o711)
        let engine = bed.engine
        _ = try await engine.rollBack(to: 1, under: engine.lock(bed.hub), tell: { _ in })
        #expect(try bed.mode(bed.hubFolder.revision(1).path) == 0o711)
        #expect(try bed.mode(bed.hubFolder.revision(2).path) == 0o700)
    }

    @Test func whatIsNotOursStays() async throws {
        let bed = try await LocalBed()
        try await bed.deploy(older)
        let revisions = bed.hubFolder.revisions
        for name in ["3.good", "1.new", "7.old", "x.old", "04"] {
            try FileWriting.makeFolder("\(revisions)/\(name)/in")
        }
        let engine = bed.engine
        try engine.uninstall(under: engine.lock(bed.hub), tell: { _ in })
        #expect(try FileManager.default.contentsOfDirectory(atPath: revisions).sorted() == ["04", "3.good", "x.old"])
        #expect(bed.store.numbers == [])
    }

    @Test func anUninstallationThatIsKilledLeavesNoHalfRevision() async throws {
        var steps = 0
        while true {
            var bed = try await LocalBed()
            try await bed.deploy(older)
            try await bed.deploy(newer)
            let disk = DyingDisk(after: steps)
            bed.disk = disk
            let engine = bed.engine
            try? engine.uninstall(under: engine.lock(bed.hub), tell: { _ in })
            for number in bed.store.numbers { #expect(bed.store.isWhole(number), "after \(steps) changes") }
            guard disk.isDead else { break }
            steps += 1
        }
        #expect(steps > 5)
    }

    @Test func aRevisionThatCannotBeWrittenLeavesNothing() async throws {
        let bed = try await LocalBed()
        try await bed.deploy(older)
        let file = LocalSettings.File(path: String(repeating: "x", count: 300), text: "")
        let settings = LocalSettings(
            sections: [], files: [file], limits: [], administrators: [], serviceNames: [])
        let contents = RevisionContents(
            settings, hub: bed.hub, folder: bed.hubFolder.revision(2), requirements: "")
        let facts = try #require(bed.store.read(1)).numbered(2)
        #expect(throws: FileError.self) { try bed.store.write(contents, facts) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: bed.hubFolder.revisions) == ["1"])
    }

    /// Parts of the program that change different things at once.
    @Test func noChangeOfTheStateIsLost() async throws {
        let bed = try await LocalBed()
        try await bed.deploy(older)
        let lock = try bed.engine.lock(bed.hub)
        let store = bed.store
        let before = try #require(LocalState.read(bed.hubFolder)?.ports.hub)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try store.changeState(under: lock) { state in
                        state.map { state in
                            let ports = state.ports
                            return LocalState(
                                ports: HubPorts(
                                    hub: ports.hub + 1, internalHub: ports.internalHub, proxyAPI: ports.proxyAPI,
                                    downloads: ports.downloads), record: state.record)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(LocalState.read(bed.hubFolder)?.ports.hub == before + 20)
        let names = try FileManager.default.contentsOfDirectory(atPath: bed.hubFolder.root)
        #expect(!names.contains { $0.hasSuffix(".new") })
    }

    /// The system refuses to bring /proc down to a disk, as some disks do with any folder.
    @Test func aDiskThatCannotSyncFoldersWorks() throws { try RealRevisionDisk().sync("/proc") }
}
