import FleetTesting
import Foundation
import Testing

@testable import Engines

@Suite(.tags(.medium))
struct DatabaseCopiesTests {
    private let folder: TemporaryFolder
    private let copies: DatabaseCopies

    init() throws {
        folder = try TemporaryFolder().write(["jupyterhub.sqlite": "present", "cookie_secret": "signs"])
        copies = DatabaseCopies(folder: HubFolder(root: folder.path))
    }

    private func make(_ reason: DatabaseCopy.Reason, at seconds: Double, _ text: String = "copied") throws {
        let copy = DatabaseCopy(reason, at: Date(timeIntervalSince1970: seconds), revision: 1)
        let place = try copies.begin(copy)
        try text.write(toFile: place.database, atomically: false, encoding: .utf8)
        _ = try copies.finish(copy.filled("abc", 6, ["users": 3]))
    }

    @Test func theOldestOfAKindGo() throws {
        for day in 0..<12 { try make(.nightly, at: 86_400 * Double(day)) }
        try make(.upgrade, at: 10)
        #expect(copies.all.count { $0.reason == .nightly } == 7 && copies.all.count { $0.reason == .upgrade } == 1)
        #expect(copies.all.filter { $0.reason == .nightly }.first?.at == Date(timeIntervalSince1970: 5 * 86_400))
        let newest = try #require(copies.all.last)
        #expect(newest.counts == ["users": 3] && newest.schema == "abc")
        #expect(try folder.read("databases/\(newest.name)/cookie_secret") == "signs")
        let modes = try FileManager.default.attributesOfItem(atPath: folder.path + "/databases")
        #expect(modes[.posixPermissions] as? Int == 0o700)
    }

    @Test func whatIsNotFinishedIsNoCopy() throws {
        let copy = DatabaseCopy(.upgrade, at: Date(timeIntervalSince1970: 1), revision: nil)
        _ = try copies.begin(copy)
        #expect(copies.all.isEmpty)
        copies.abandon(copy)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/databases").isEmpty)
    }

    @Test func whatIsPutBackIsThereAlone() throws {
        try make(.upgrade, at: 1, "earlier")
        try folder.write(["jupyterhub.sqlite-wal": "of the other one", "jupyterhub.sqlite-journal": "too"])
        try copies.putBack(try #require(copies.all.first))
        #expect(try folder.read("jupyterhub.sqlite") == "earlier")
        #expect(!folder.exists("jupyterhub.sqlite-wal") && !folder.exists("jupyterhub.sqlite-journal"))
        #expect(copies.all.count == 1)
    }

    @Test func aNightIsDueOnce() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "Europe/Berlin"))
        func date(_ day: Int, _ hour: Int, _ minute: Int = 0) throws -> Date {
            try #require(
                calendar.date(from: DateComponents(year: 2026, month: 3, day: day, hour: hour, minute: minute)))
        }
        func isDue(_ last: Date?, _ now: Date) -> Bool {
            NightlyCopies.isDue(since: last, now: now, calendar: calendar)
        }
        #expect(isDue(nil, try date(1, 12)))
        #expect(!isDue(try date(1, 3, 1), try date(1, 23)))
        #expect(!isDue(try date(1, 3, 1), try date(2, 2, 59)))
        #expect(isDue(try date(1, 3, 1), try date(2, 3)))
        // A machine that was off at night makes it up, and the night in which clocks go over the hour has one, too.
        #expect(isDue(try date(1, 3, 1), try date(3, 14)))
        #expect(isDue(try date(28, 3, 1), try date(29, 4)))
        #expect(!isDue(try date(29, 4), try date(29, 23)))
    }
}
