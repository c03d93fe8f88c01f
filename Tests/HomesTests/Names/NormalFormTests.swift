import FleetTesting
import FleetTools
import Foundation
import Receipts
import Testing
import Texts

@testable import Homes

/// Two users whose names are one for Unicode, everywhere that something is looked up by a name: each keeps what is theirs.
@Suite(.tags(.medium))
struct NormalFormTests: MoveBed {
    let folder: TemporaryFolder
    private let key = ReceiptKey()

    init() throws {
        folder = try TemporaryFolder().write(["out/.keep": "", "new/.keep": "", "key.pub": key.publicKey])
    }

    private func write(_ names: NormalForms, below root: String = "old") throws {
        try folder.write(["\(root)/\(names.one)/a": "the one's"])
        try folder.write(["\(root)/\(names.other)/a": "the other one's, longer"])
        try #require(HomeFolders("\(folder.path)/\(root)").users.count == 2)
    }

    private func exported(_ names: NormalForms) throws -> AllHomesExport {
        try write(names)
        let export = AllHomesExport(from: old, to: folder.path + "/out", key: key)
        let count = try export.run([names.one, names.other].map { AllHomesExport.Home(folder: $0.exact) })
        #expect((count.made, count.present, count.failed) == (2, 0, 0))
        return export
    }

    @Test(arguments: NormalForms.all)
    func eachIsExportedAndVerified(_ names: NormalForms) throws {
        let export = try exported(names)
        for name in [names.one, names.other] {
            var found = try HomeVerification(export.archive(of: .init(folder: name.exact)))
            #expect(found.owner == name.exact)
            try found.compare(with: "\(old)/\(name)")
            #expect(found.faults == [])
        }
        let again = try export.run([names.one, names.other].map { AllHomesExport.Home(folder: $0.exact) })
        #expect((again.made, again.present) == (0, 2))
        var verification = AllHomesVerification(try ArchiveFolder(folder.path + "/out"))
        (verification.homes, verification.publicKey) = (old, folder.path + "/key.pub")
        let reports = try verification.run()
        #expect(reports.isGood && reports.archives.count == 2, "\(reports.failed)")
    }

    /// The archive and the receipt of the other one under one's own name are those of a stranger.
    @Test(arguments: NormalForms.all)
    func anArchiveIsNotTakenForTheOthers(_ names: NormalForms) throws {
        let export = try exported(names)
        let archive = export.archive(of: .init(folder: names.one.exact))
        #expect(PresentArchive.receipt(of: archive, owner: names.one.exact, .zip) != nil)
        #expect(PresentArchive.receipt(of: archive, owner: names.other.exact, .zip) == nil)
        let other = export.archive(of: .init(folder: names.other.exact))
        for end in ["", SignedReceipt.suffix] {
            try FileManager.default.removeItem(atPath: archive + end)
            try FileManager.default.moveItem(atPath: other + end, toPath: archive + end)
        }
        let reports = try AllHomesVerification(try ArchiveFolder(folder.path + "/out")).run()
        #expect(!reports.isGood && reports.archives.map(\.faults.count) == [1])
    }

    /// An archive that was begun for one is not gone on with for the other.
    @Test(arguments: NormalForms.all)
    func whatWasBegunIsNotTheOthers(_ names: NormalForms) async throws {
        try folder.write(["old/ada/large": String(repeating: "l", count: 3_000_000)])
        let (home, archive) = (old + "/ada", folder.path + "/a.zip")
        let begun = Task {
            try HomeExport(of: home, owner: names.one.exact, format: .zip).write(to: archive) {
                if case .wrote(let bytes, _) = $0, bytes > 1_000_000 { withUnsafeCurrentTask { $0?.cancel() } }
            }
        }
        await #expect(throws: CancellationError.self) { try await begun.value }
        #expect(throws: HomeError.self) {
            try HomeExport(of: home, owner: names.other.exact, format: .zip).write(to: archive)
        }
        let receipt = try HomeExport(of: home, owner: names.one.exact, format: .zip).write(to: archive)
        #expect(receipt.owner == names.one.exact)
    }

    @Test(arguments: NormalForms.all)
    func eachIsImported(_ names: NormalForms) throws {
        _ = try exported(names)
        let homes = folder.path + "/back"
        let archives = try ArchiveFolder(folder.path + "/out")
        let crossing = try names.crossing.map { try UserMap(Array($0.utf8), file: "map.csv") }
        for (place, map) in [(homes, UserMap.empty), (homes + "-crossed", crossing)] {
            guard let map else { continue }
            let imports = try AllHomesImport(archives, to: place, map: map, like: HomeImport("", to: place))
            #expect(imports.unused.isEmpty)
            let outcome = try imports.run(ReceiptWriter(key: key))
            #expect(outcome.failures == 0 && outcome.results.map { $0.result.owner == $0.item.user } == [true, true])
        }
        #expect(try folder.read("back/\(names.one)/a") == "the one's")
        #expect(try folder.read("back/\(names.other)/a") == "the other one's, longer")
        guard crossing != nil else { return }
        #expect(try folder.read("back-crossed/\(names.other)/a") == "the one's")
        #expect(try folder.read("back-crossed/\(names.one)/a") == "the other one's, longer")
    }

    @Test(arguments: NormalForms.all)
    func eachIsMoved(_ names: NormalForms) async throws {
        try write(names)
        let alone = try await move { $0.users = [names.other] }
        #expect(alone.homes.map(\.folder.exact) == [names.other.exact])
        #expect(try HomeFolders(new).users == [Array(names.other.utf8)])
        let all = try await move()
        #expect(all.homes.map(\.state) == [.same, .same] && all.withoutSource == [])
        #expect(try folder.read("new/\(names.one)/a") == "the one's")
        // The journal of one is not the other's: a home that goes to the other's folder was copied from somewhere else.
        if let crossing = names.crossing {
            let map = try UserMap(Array(crossing.utf8), file: "map.csv")
            let crossed = try await move { $0.map = map }
            #expect(crossed.homes.map(\.state) == [.failed, .failed])
        }
        // And one that is gone is told, although the other one is there.
        try FileManager.default.removeItem(atPath: "\(old)/\(names.one)")
        let gone = try await move()
        #expect(gone.withoutSource.map(\.folder?.exact) == [names.one.exact])
    }

    @Test(arguments: NormalForms.all)
    func eachIsMeasured(_ names: NormalForms) throws {
        try write(names)
        let first = try UsageSurvey.run(old, settings: UsageSettings())
        try folder.write(["old/\(names.one)/more": String(repeating: "m", count: 100_000)])
        let second = try UsageSurvey.run(old, settings: UsageSettings(since: first))
        let growth = Dictionary(uniqueKeysWithValues: second.users.map { ($0.folder.exact, $0.growthBytes) })
        #expect(growth[names.other.exact] == 0 && (growth[names.one.exact] ?? 0) ?? 0 >= 100_000)
        try FileManager.default.removeItem(atPath: "\(old)/\(names.one)")
        let third = try UsageSurvey.run(old, settings: UsageSettings(since: second))
        #expect(third.gone.map(\.exact) == [names.one.exact] && third.users.map(\.isNew) == [false])
    }

    /// Two files of a home, and a link that leads to the other one since.
    @Test(arguments: NormalForms.all)
    func pathsInAHomeAreTwo(_ names: NormalForms) throws {
        try folder.write(["old/ada/\(names.one)": "1"])
        try folder.write(["old/ada/\(names.other)": "22"])
        symlink(names.one, old + "/ada/link")
        let archive = folder.path + "/ada.zip"
        _ = try HomeExport(of: old + "/ada", owner: "ada", format: .zip).write(to: archive)
        var same = try HomeVerification(archive)
        try same.compare(with: old + "/ada")
        #expect(same.faults == [] && same.verified == 3)
        unlink(old + "/ada/link")
        symlink(names.other, old + "/ada/link")
        var changed = try HomeVerification(archive)
        try changed.compare(with: old + "/ada")
        #expect(changed.faults == [.init(path: "home/link", what: "it leads elsewhere in the folder")])
        try FileManager.default.removeItem(atPath: old + "/ada/\(names.one)")
        var gone = try HomeVerification(archive)
        try gone.compare(with: old + "/ada")
        #expect(gone.faults.map(\.path.exact).contains("home/\(names.one)".exact))
    }

    @Test(arguments: NormalForms.all)
    func aRunOfAllHomesTellsThemApart(_ names: NormalForms) throws {
        try write(names)
        let runs = AllHomesRuns(folder.path + "/out")
        let users: [ExactText: ExactText] = [names.one.exact: "one", names.other.exact: "other"]
        var run = try #require(
            try runs.next(anew: true, by: "root", homes: old, users: users, at: Date(timeIntervalSince1970: 0)))
        let owners = Dictionary(uniqueKeysWithValues: run.homes.map { ($0.folder, $0.user) })
        #expect(owners == users)
        run.note(.begins(AllHomesExport.Home(folder: run.homes[1].folder)))
        #expect(run.homes.map(\.state) == [.waiting, .running])
    }

    /// A receipt speaks of one of them, and the archive is the other one's.
    @Test(arguments: NormalForms.all)
    func aReceiptIsNotTheOthers(_ names: NormalForms) throws {
        try folder.write(["old/ada/a": "a"])
        let archive = folder.path + "/a.zip"
        let receipt = try HomeExport(of: old + "/ada", owner: names.one.exact, format: .zip).write(to: archive)
        let found = try HomeVerification(archive)
        func differences(owner: String) throws -> [String] {
            let body = #"{"kind":"verify","owner":"\#(owner)","root":"\#(receipt.root)"}"#
            return SignedReceipt(body: Data(body.utf8), key: "k") { _ in [] }.differences(from: found)
        }
        #expect(try differences(owner: names.one) == [])
        #expect(try differences(owner: names.other).count == 1)
    }

    /// A name may begin with a mark that joins the slash before it into one character.
    @Test func aNameMayBeginWithAMark() async throws {
        try folder.write(["old/\u{301}x/a": "a"])
        #expect(RealPath.of(old + "/\u{301}x").exact == (old + "/\u{301}x").exact)
        #expect(RealPath.isIn(old + "/\u{301}x", old))
        #expect(try await move().homes.map(\.state) == [.same])
        #expect(MoveOrigin("/a/\u{301}x").folder == "\u{301}x")
    }
}
