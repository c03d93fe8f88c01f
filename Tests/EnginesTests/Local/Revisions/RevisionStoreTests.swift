import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Testing

@testable import Engines

/// Revisions of a hub's configuration side by side, however a process that writes them ends.
@Suite(.tags(.medium), .timeLimit(.minutes(5)))
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

    /// A process that is killed anywhere leaves the revision from before, or the new one; the next one ends the work.
    @Test func aKillBetweenAnyTwoWritesLeavesAWholeRevision() async throws {
        var steps = 0
        while true {
            var bed = try await LocalBed()
            try await bed.deploy(older)
            let disk = DyingDisk(after: steps)
            bed.disk = disk
            let isOver = await (try? bed.deploy(newer)) != nil
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
            try bed.store.removeOld()
        }
        #expect(bed.store.numbers == [1, 4, 5, 6, 7, 8, 9, 10, 11, 12])
        #expect(bed.store.current == 1)
    }

    /// Other accounts' servers read files of the revision, but not the configuration.
    @Test func permissionsLetServersInAndKeepTheConfigurationClosed() async throws {
        var bed = try await LocalBed()
        bed.disk = RealRevisionDisk()
        try await bed.deploy(older)
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        let revision = bed.hubFolder.revision(1)
        #expect(try mode(revision.config) == 0o600)
        #expect(try mode(revision.path) == 0o700)
        #expect(try mode(revision.python) == 0o755)
        #expect(try mode(revision.python + "/hubfleet_hub/spawner.py") == 0o644)
        #expect(try mode(bed.hubFolder.state) == 0o600)
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
}
