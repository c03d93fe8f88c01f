import FleetTesting
import FleetTools
import Foundation
import Testing
import Texts

@testable import Homes

/// Homes of planted sizes, measured and compared.
@Suite(.tags(.medium))
struct UsageReportTests {
    private func plant(_ path: String, megabytes: Int, daysAgo: Int = 0, _ now: Date) throws {
        try FileManager.default.createDirectory(
            atPath: URL(filePath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
        try Data((0..<(megabytes << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }).write(to: URL(filePath: path))
        try FileManager.default.setAttributes(
            [.modificationDate: now.addingTimeInterval(Double(-daysAgo) * 86_400)], ofItemAtPath: path)
    }

    private func du(_ path: String) async throws -> Int64 {
        let output = try await RealThings.runner().run(Invocation("du", ["-s", "-B", "512", path]))
        return (Int64(output.text.prefix { $0.isNumber }) ?? -1) * 512
    }

    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func sample() throws -> TemporaryFolder {
        let folder = try TemporaryFolder().write(["homes/README": "no home", "homes/.snapshots/ada/x": "old"])
        try plant(folder.path + "/homes/ada/data/big", megabytes: 3, daysAgo: 100, now)
        try plant(folder.path + "/homes/bob/small", megabytes: 1, daysAgo: 2, now)
        try plant(folder.path + "/homes/_shared/set", megabytes: 2, now)
        for name in ["homes/empty", "homes/lost+found"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder.path)/\(name)", withIntermediateDirectories: false)
        }
        return folder
    }

    @Test func plantedSizesAreReported() async throws {
        let folder = try sample()
        let homes = folder.path + "/homes"
        link(homes + "/bob/small", homes + "/bob/second-name")
        symlink("../ada", homes + "/bob/ada")
        let settings = UsageSettings(quota: 2 << 20, idleDays: 90)
        let report = try UsageSurvey.run(homes, settings: settings, time: ManualTime(start: now))
        #expect(report.users.map(\.folder) == ["ada", "bob", "empty"])
        #expect(report.shared.map(\.folder) == ["_shared"])
        #expect(report.others == ["README"])
        for home in report.users + report.shared {
            #expect(home.diskBytes == (try await du("\(homes)/\(home.folder)")), "\(home.folder)")
        }
        #expect(report.users.map(\.apparentBytes) == [3 << 20, 1 << 20, 0])
        #expect(report.users.map(\.files) == [1, 1, 0])
        #expect(report.users.map(\.isOverQuota) == [true, false, false])
        #expect(report.shared[0].quotaUse == nil)
        #expect(report.users.map(\.idleDays) == [100, 2, nil])
        #expect(report.users.map(\.isIdle) == [true, false, true])
        #expect(report.totals.overQuota == 1)
        #expect(report.totals.idleDiskBytes == report.users[0].diskBytes + report.users[2].diskBytes)
        #expect(abs((report.users + report.shared).reduce(0) { $0 + $1.share } - 1) < 1e-9)
        #expect((report.users[0].quotaUse ?? 0) >= 1.5)
    }

    @Test func holesTakeNoSpace() throws {
        let folder = try TemporaryFolder().write(["ada/sparse": ""])
        truncate(folder.path + "/ada/sparse", 1 << 30)
        let home = try #require(try UsageSurvey.run(folder.path, settings: UsageSettings()).users.first)
        #expect(home.apparentBytes == 1 << 30)
        #expect(home.diskBytes < 1 << 20)
    }

    @Test func growthIsTakenFromAnEarlierReport() throws {
        let folder = try sample()
        let homes = folder.path + "/homes"
        let before = now.addingTimeInterval(-15 * 86_400)
        let earlier = try UsageSurvey.run(homes, settings: UsageSettings(), time: ManualTime(start: before))
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        try encoder.encode(earlier).write(to: URL(filePath: folder.path + "/earlier.json"))
        let read = try UsageReport.read(folder.path + "/earlier.json")
        #expect(read == earlier)

        try plant(homes + "/bob/more", megabytes: 4, now)
        try plant(homes + "/carl/first", megabytes: 1, now)
        try FileManager.default.removeItem(atPath: homes + "/empty")
        let report = try UsageSurvey.run(homes, settings: UsageSettings(since: read), time: ManualTime(start: now))
        #expect(report.users.map(\.folder) == ["bob", "ada", "carl"])
        #expect(report.users.map(\.isNew) == [false, false, true])
        #expect(report.users[1].growthBytes == 0)
        let growth = try #require(report.users[0].growthBytes)
        #expect((4 << 20..<5 << 20).contains(growth))
        #expect(report.users[0].growthBytesIn30Days == growth * 2)
        #expect(report.users[2].growthBytes == nil)
        #expect(report.gone == ["empty"])
        #expect(report.totals.growthBytes == report.totals.diskBytes - earlier.totals.diskBytes)
    }

    @Test(
        arguments: [
            ("", .noJSON, "is no JSON, or not all of it; make it anew with --format json"),
            (
                "{}", .missing(key: "format"),
                "is no report of homes: format is missing; make it anew with --format json"
            ),
            (
                "[1]", .wrongKind(key: "its top level"),
                "is no report of homes: its top level is of the wrong kind; make it anew with --format json"
            ),
        ] as [(String, ReportError.Fault, String)])
    func whatIsNoReportIsSaid(_ text: String, _ fault: ReportError.Fault, _ what: String) throws {
        let folder = try TemporaryFolder().write(["r.json": text])
        let path = folder.path + "/r.json"
        let error = #expect(throws: ReportError(path: path, fault: fault)) { try UsageReport.read(path) }
        #expect(error?.description == "\(path) \(what)")
    }

    @Test func damagedReportsAreRefusedWithTheirPlace() throws {
        let folder = try sample()
        let report = try UsageSurvey.run(
            folder.path + "/homes", settings: UsageSettings(), time: ManualTime(start: now))
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = .sortedKeys
        let good = String(decoding: try encoder.encode(report), as: UTF8.self)
        let path = folder.path + "/r.json"
        for (old, new, what) in [
            ("\"files\":1,", "\"files\":\"x\",", "users[0].files is of the wrong kind"),
            ("2027-01-15T", "yesterday", "a date in it cannot be understood"),
            (UsageReport.format, "another", "its format is another"),
            ("\"version\":1", "\"version\":7", "of version 7"),
            ("\"diskBytes\":3", "\"diskBytes\":-3", "is damaged: ada uses -3"),
        ] {
            let bad = good.replacingOccurrences(of: old, with: new)
            #expect(bad != good, "\(old)")
            try folder.write(["r.json": bad])
            let error = #expect(throws: ReportError.self) { try UsageReport.read(path) }
            #expect(error?.description.contains(what) == true, "\(error?.description ?? "")")
        }
    }

    @Test func aHomeThatVanishesMeanwhileIsListed() throws {
        let folder = try sample()
        let homes = folder.path + "/homes"
        let report = try UsageSurvey.run(homes, settings: UsageSettings()) { event in
            if case .measures("bob", _, _) = event { try? FileManager.default.removeItem(atPath: homes + "/bob") }
        }
        #expect(report.users.filter(\.vanished).map(\.folder) == ["bob"])
        #expect(report.users.count == 3)
    }

    @Test func aPlaceThatIsNoneIsSaid() {
        #expect(throws: HomeError.notAFolder("/nowhere/at/all", reason: "No such file or directory")) {
            try UsageSurvey.run("/nowhere/at/all", settings: UsageSettings())
        }
    }
}
