import FleetTesting
import FleetTools
import Foundation
import Receipts
import Testing
import Texts

@testable import Homes

@Suite(.tags(.medium))
struct AllHomesExportTests {
    private typealias Home = AllHomesExport.Home

    private let folder: TemporaryFolder
    private let key = ReceiptKey()
    private let homes = [Home(folder: "ada"), Home(folder: "bob", owner: "Bob B.")]

    init() throws {
        folder = try TemporaryFolder().write(["homes/ada/notes": "notes", "homes/bob/b": "b", "out/.keep": ""])
    }

    private var export: AllHomesExport {
        AllHomesExport(from: folder.path + "/homes", to: folder.path + "/out", key: key)
    }

    /// The steps but those of single exports.
    private func run(_ export: AllHomesExport, _ homes: [Home]? = nil) throws -> (count: ExportCount, steps: [String]) {
        var steps: [String] = []
        let count = try export.run(homes ?? self.homes) { event in
            switch event {
            case .begins(let home): steps.append("\(home.folder) begins")
            case .export: break
            case .made(let home, let receipt, let archive):
                steps.append("\(home.folder) made \(receipt.owner) \(archive.dropFirst(folder.path.count))")
            case .signed(let home, let receipt):
                let path = "\(folder.path)/out/\(home.folder).\(export.format.rawValue).receipt.json"
                steps.append("\(home.folder) \(receipt == .file(path, key: key.id) ? "signed" : "\(receipt)")")
            case .present(let home, _, _): steps.append("\(home.folder) present")
            case .failed(let home, let error): steps.append("\(home.folder) failed: \(error)")
            }
        }
        return (count, steps)
    }

    @Test func eachHomeBecomesAnArchiveWithItsReceipt() throws {
        let first = try run(export)
        #expect(
            first.steps == [
                "ada begins", "ada made ada /out/ada.zip", "ada signed", "bob begins", "bob made Bob B. /out/bob.zip",
                "bob signed",
            ])
        #expect((first.count.made, first.count.bytes, first.count.isGood) == (2, 6, true))
        #expect(try HomeVerification(folder.path + "/out/bob.zip").owner == "Bob B.")
        let second = try run(export)
        #expect(second.steps == ["ada present", "bob present"])
        #expect((second.count.made, second.count.present, second.count.isGood) == (0, 2, true))
    }

    /// The receipt can be read, and owner, form and length are those of the archive: one of them alone is not enough.
    @Test(arguments: ["receipt", "owner", "form", "length"])
    func anArchiveIsThereAlreadyWhenItsReceiptProvesIt(_ wrong: String) throws {
        _ = try run(export)
        var again = export
        var ada = Home(folder: "ada")
        let archive = folder.path + "/out/ada.zip"
        switch wrong {
        case "receipt": try folder.write(["out/ada.zip.receipt.json": "{}"])
        case "owner": ada = Home(folder: "ada", owner: "eve")
        case "form":
            again.format = .tar
            for end in ["", ".receipt.json"] {
                try FileManager.default.copyItem(atPath: archive + end, toPath: folder.path + "/out/ada.tar" + end)
            }
        default:
            let file = try #require(FileHandle(forWritingAtPath: archive))
            try file.truncate(atOffset: 100)
        }
        let before = FileManager.default.contents(atPath: again.archive(of: ada))
        let kept = try run(again, [ada])
        #expect(kept.count.failed == 1 && kept.steps.last?.hasPrefix("ada failed: ") == true)
        #expect(FileManager.default.contents(atPath: again.archive(of: ada)) == before, "it may be somebody's")
        again.unproven = .isReplaced
        let replaced = try run(again, [ada])
        #expect(replaced.count.isGood && replaced.count.made == 1)
        #expect(try HomeVerification(again.archive(of: ada)).owner == ada.owner)
        #expect(try run(again, [ada]).steps == ["ada present"])
    }

    @Test func aHomeThatFailsHoldsUpNoOther() throws {
        let failed = try run(export, [Home(folder: "nobody")] + homes)
        #expect(failed.steps.first == "nobody begins")
        #expect(failed.steps[1].hasPrefix("nobody failed: \(folder.path)/homes/nobody is no home that can be read"))
        #expect((failed.count.made, failed.count.failed, failed.count.isGood) == (2, 1, false))
        // And goes on alone when it is there.
        try folder.write(["homes/nobody/n": "n"])
        let later = try run(export, [Home(folder: "nobody")] + homes)
        #expect((later.count.made, later.count.present, later.count.isGood) == (1, 2, true))
    }

    @Test func aRunThatIsStoppedGoesOnInTheMiddleOfAHome() async throws {
        try folder.write(["homes/bob/large": String(repeating: "l", count: 3_000_000)])
        let (export, homes) = (export, homes)
        let work = Task {
            try export.run(homes) { event in
                guard case .export(let home, .wrote(let bytes, _)) = event, home.folder == "bob" else { return }
                if bytes > 1_000_000 { withUnsafeCurrentTask { $0?.cancel() } }
            }
        }
        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(folder.exists("out/ada.zip.receipt.json") && folder.exists("out/bob.zip.part"))
        var start: UInt64?
        let count = try export.run(homes) { event in
            if case .export(_, .began(_, let from, _)) = event { start = from }
        }
        #expect((count.present, count.made) == (1, 1))
        #expect(try #require(start) > 0)
        #expect(try HomeVerification(folder.path + "/out/bob.zip").faults == [])
        #expect(!folder.exists("out/bob.zip.part"))
    }

    @Test func whatIsNotWholeIsCountedEachTime() throws {
        try folder.write(["homes/ada/large": String(repeating: "l", count: 3_000_000)])
        let path = folder.path + "/homes/ada/large"
        let first = try export.run([Home(folder: "ada")]) { event in
            if case .export(_, .began) = event { truncate(path, 10) }
        }
        #expect((first.made, first.incomplete, first.isGood) == (1, 1, false))
        let second = try export.run([Home(folder: "ada")])
        #expect((second.present, second.incomplete) == (1, 1))
    }
}
