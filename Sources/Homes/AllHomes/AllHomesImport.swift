import Foundation
import Texts

/// The import of archives into homes, one after another: of all of a folder, or of one alone.
package struct AllHomesImport: Sendable {
    /// An archive and the home that it is put into.
    package struct Item: Sendable {
        package let task: HomeImport
        /// The user, as the archive is called; nil for an archive that was named by itself.
        package let user: ExactText?
        /// Whether hubs take the target for a home.
        package let isHome: Bool

        /// The file name of the archive.
        package var archive: String { URL(filePath: task.archive).lastPathComponent }
        /// The usual place of the receipt.
        package var receipt: String { task.archive + ReceiptPlace.importSuffix }
    }

    /// The results of all imports, in their order, and how many failed.
    package struct Outcome: Sendable {
        package fileprivate(set) var results: [(item: Item, result: HomeImport.Result)] = []
        package fileprivate(set) var failures = 0

        /// Files whose contents could not be had.
        package var unreadable: Int { results.reduce(0) { $0 + $1.result.unreadable } }
    }

    package let items: [Item]
    /// Lines of the map whose user has no archive.
    package let unused: [UserMap.Line]
    /// Archives that the map does not name; they keep their name.
    package let unnamed: [String]

    /// One archive alone.
    package init(_ task: HomeImport) {
        items = [Item(task: task, user: nil, isHome: true)]
        (unused, unnamed) = ([], [])
    }

    /// The archives of a folder.
    ///
    /// - Parameters:
    ///   - folder: the archives.
    ///   - homes: the folder of the homes.
    ///   - map: the new names of users' folders.
    ///   - template: how each is imported.
    /// - Throws: `UserMapError`.
    package init(_ folder: ArchiveFolder, to homes: String, map: UserMap, like template: HomeImport) throws {
        let names = try MoveNames(map: map, from: .plain, to: .plain)
        let plan = try names.plan(folders: folder.archives.map { Array($0.user.utf8) })
        (unused, unnamed) = (plan.unused, plan.unnamed)
        items = folder.archives.map { archive in
            let name = names.target(ofFolder: Array(archive.user.utf8)).target
            var task = template
            task.archive = folder.path(of: archive)
            task.target = homes + "/" + String(decoding: name, as: UTF8.self)
            return Item(task: task, user: archive.user, isHome: HomeFolders.isHome(name))
        }
    }

    /// Imports one archive after another. Of several, one that fails holds up no other.
    ///
    /// - Parameters:
    ///   - receipts: writes the receipt of each.
    ///   - tell: is told each step.
    /// - Returns: what came of each.
    /// - Throws: `CancellationError`; of one archive alone also `ImportError`, `HomeError`, `ReceiptError`, `FileError`.
    package func run(
        _ receipts: ReceiptWriter, _ tell: @escaping (AllHomesImportEvent) -> Void = { _ in }
    ) throws -> Outcome {
        var outcome = Outcome()
        for item in items {
            do {
                try receipts.check(usual: item.receipt)
                tell(.begins(item))
                if item.user != nil { try HomeFolders.checkIsNoLink(item.task.target) }
                let result = try item.task.run { tell(.step(item, $0)) }
                tell(.imported(item, result))
                outcome.results.append((item, result))
                tell(.signed(item, try receipts.write(result, usual: item.receipt)))
            } catch let error where items.count > 1 && !(error is CancellationError) {
                outcome.failures += 1
                tell(.failed(item, error))
            }
        }
        return outcome
    }
}
