import FleetTesting
import FleetTools
import Foundation
import Receipts
import Testing
import Texts

@testable import Homes

@Suite(.tags(.medium))
struct AllHomesImportTests {
    private let folder: TemporaryFolder
    private let key = ReceiptKey()

    init() throws {
        folder = try TemporaryFolder().write(["homes/ada/a": "a", "homes/bob/b": "b", "in/.keep": ""])
        let export = AllHomesExport(from: folder.path + "/homes", to: folder.path + "/in", key: key)
        _ = try export.run([AllHomesExport.Home(folder: "ada"), AllHomesExport.Home(folder: "bob")])
    }

    private func imports(_ map: String = "") throws -> AllHomesImport {
        try AllHomesImport(
            try ArchiveFolder(folder.path + "/in"), to: folder.path + "/back",
            map: try UserMap(Array(map.utf8), file: "map.csv"), like: HomeImport("", to: ""))
    }

    private func steps(_ imports: AllHomesImport) throws -> (outcome: AllHomesImport.Outcome, steps: [String]) {
        var steps: [String] = []
        let outcome = try imports.run(ReceiptWriter(key: key)) { event in
            switch event {
            case .begins(let item): steps.append("\(item.archive) begins")
            case .step: break
            case .imported(let item, let result): steps.append("\(item.archive) imported, \(result.files) files")
            case .signed(let item, let receipt):
                steps.append("\(item.archive) \(receipt == .file(item.receipt, key: key.id) ? "signed" : "\(receipt)")")
            case .failed(let item, _): steps.append("\(item.archive) failed")
            }
        }
        return (outcome, steps)
    }

    @Test func theMapSaysWhereHomesGo() throws {
        let imports = try imports("ada,Lovelace\nzoe,z\n")
        #expect(imports.items.map(\.task.target) == ["\(folder.path)/back/lovelace", "\(folder.path)/back/bob"])
        #expect(imports.unused.map(\.old) == ["zoe"] && imports.unnamed == ["bob"])
        #expect(imports.items.map(\.user) == ["ada", "bob"] && imports.items.map(\.isHome) == [true, true])
        try folder.write(["in/_set.zip": ""])
        #expect(try self.imports().items.map(\.isHome) == [false, true, true])
    }

    @Test func eachHomeComesBackWithAReceipt() throws {
        let found = try steps(try imports())
        #expect(
            found.steps == [
                "ada.zip begins", "ada.zip imported, 1 files", "ada.zip signed", "bob.zip begins",
                "bob.zip imported, 1 files", "bob.zip signed",
            ])
        #expect((found.outcome.failures, found.outcome.unreadable) == (0, 0))
        #expect(found.outcome.results.map(\.result.owner) == ["ada", "bob"])
        #expect(try folder.read("back/bob/b") == "b")
        let receipt = try SignedReceipt(file: folder.path + "/in/ada.zip" + ReceiptPlace.importSuffix)
        #expect(receipt.statement?.kind == "import" && receipt.statement?.owner == "ada")
    }

    /// Of one archive alone, the reason is thrown.
    @Test func oneThatFailsHoldsUpNoOther() throws {
        try folder.write(["in/ada.zip": "no archive"])
        let found = try steps(try imports())
        #expect(
            found.steps == [
                "ada.zip begins", "ada.zip failed", "bob.zip begins", "bob.zip imported, 1 files", "bob.zip signed",
            ])
        #expect((found.outcome.failures, found.outcome.results.count) == (1, 1))
        let alone = AllHomesImport(HomeImport(folder.path + "/in/ada.zip", to: folder.path + "/one"))
        #expect(throws: HomeError.self) { try alone.run(ReceiptWriter(key: key)) }
    }
}
