import Engines
import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Testing

@testable import Rollout

/// Checks of several hubs, and of one at a time.
@Suite(.tags(.medium), .timeLimit(.minutes(5)))
struct HealthRunTests {
    private func hub(_ name: String) -> Hub {
        let place = SourceLocation(file: "cluster.yaml")
        return Hub(
            name: Located(name, at: place), cluster: "c", displayName: nil, domain: nil, domainOverrideFile: nil,
            expectedStatus: nil, chart: Located("basehub", at: place), valuesFiles: [], chartOverride: nil,
            location: place)
    }

    private func run(_ visits: any HubVisits) -> HealthRun {
        var doors = Doors.closed
        doors.hubVisits = visits
        return HealthRun(doors: doors, tell: { _ in })
    }

    private func patient(_ name: String, in folder: TemporaryFolder) -> HealthRun.Patient {
        let access = HealthAccess(
            address: "https://\(name).example.org/", token: HubToken("t"), tokenAdvice: "",
            lock: folder.path + "/\(name).lock")
        return HealthRun.Patient(hub(name), access: access, manner: HealthManner(isHere: false))
    }

    @Test func twoChecksOfAHubDoNotMeet() async throws {
        let folder = try TemporaryFolder()
        let lock = try FileLock(path: folder.path + "/a.lock", holder: "process 7 since noon")
        let played = PlayedHub()
        let verdicts = try await run(played).check([patient("a", in: folder)])
        #expect(verdicts.map(\.outcome) == [.unchecked])
        #expect(verdicts.first?.reason == "another check is at work: process 7 since noon")
        #expect(played.requests == [])
        withExtendedLifetime(lock) {}
    }

    @Test func aHubThatCannotBeAskedHoldsUpNobody() async throws {
        let folder = try TemporaryFolder()
        let patients = [HealthRun.Patient(hub("a"), unchecked: .notDeployed), patient("b", in: folder)]
        let verdicts = try await run(PlayedHub()).check(patients)
        #expect(verdicts.map(\.hub) == ["c/a", "c/b"])
        #expect(verdicts.map(\.outcome) == [.unchecked, .healthy])
    }

    /// H-6: so many at once that were only too many at once are well one after the other.
    @Test func manyThatFailAtOnceAreAskedOnceMore() async throws {
        let folder = try TemporaryFolder()
        let asked = Counter()
        var play = PlayedHub.Play()
        play.answer = { _, path in path == "/hub/api/health" && asked.next() <= 3 ? HubAnswer(status: 404) : nil }
        let verdicts = try await run(PlayedHub(play)).check(["a", "b", "c"].map { patient($0, in: folder) })
        #expect(verdicts.map(\.outcome) == [.healthy, .healthy, .healthy])
    }
}

@Suite(.tags(.small))
struct CheckNotebookTests {
    @Test func readsTheCellsOfCode() throws {
        let text = #"""
            {"nbformat": 4, "cells": [{"cell_type": "markdown", "source": "no"},
            {"cell_type": "code", "source": ["a = 1\n", "print(a)"]}, {"cell_type": "code", "source": "b"}]}
            """#
        let notebook = try CheckNotebook(Array(text.utf8))
        #expect(notebook.cells.map(\.code) == ["a = 1\nprint(a)", "b"])
        for wrong in ["", "{}", #"{"cells": []}"#] {
            #expect(throws: HealthTrouble.self) { try CheckNotebook(Array(wrong.utf8)) }
        }
    }
}
