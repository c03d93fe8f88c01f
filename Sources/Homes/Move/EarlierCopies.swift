import FleetTools
import Foundation
import Texts

/// The homes that a move copied before, and would not copy now: their home is gone, or goes to another folder.
struct EarlierCopies {
    private let settings: MoveSettings
    /// All homes that could be moved now, chosen or not.
    private let homes: [MoveNames.Home]
    private let chosen: Set<ExactText>?

    init(_ settings: MoveSettings, homes: [MoveNames.Home], chosen: [MoveNames.Home]) {
        self.settings = settings
        self.homes = homes
        self.chosen = settings.users.isEmpty ? nil : Set(chosen.map { ByteText.readable($0.folder).exact })
    }

    /// The copies that are still on the target; with `hasMoved`, their journals learn where the old side is now.
    /// - Throws: `HomeError.notWritten`.
    func find() throws -> [MoveResult.Copy] {
        let folder = settings.stateFolder + "/homes"
        let current = Set(homes.map { MoveJournal.path(in: settings.stateFolder, for: $0.target).exact })
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let others = names.sortedByBytes().map { folder + "/" + $0 }.filter { !current.contains($0.exact) }
        guard !others.isEmpty else { return [] }
        let (here, roots) = (RealPath.of(settings.from), roots(current))
        return try others.compactMap { journal in
            guard let summary = MoveJournal.summary(journal), summary.hasWritten, isThere(summary.target) else {
                return nil
            }
            // What came from another hub is another move's.
            if let origin = summary.origin {
                guard roots.contains(RealPath.of(origin.root.text).exact) else { return nil }
                if settings.hasMoved, !settings.isReadOnly {
                    try MoveJournal.adopt(journal, summary, root: here)
                }
            }
            if let chosen, !(summary.origin.map { chosen.contains($0.folder) } ?? false) { return nil }
            return copy(summary, journal)
        }
    }

    /// The paths of the old side: the present one and, when it is said to have moved, the earlier ones.
    private func roots(_ journals: Set<ExactText>) -> Set<ExactText> {
        let earlier = settings.hasMoved ? journals.compactMap { MoveJournal.summary($0.text)?.origin?.root.text } : []
        return Set(([settings.from] + earlier).map { RealPath.of($0).exact })
    }

    private func isThere(_ target: [UInt8]) -> Bool {
        var status = stat()
        return CString.with(Array((settings.to + "/").utf8) + target) { lstat($0, &status) } == 0
    }

    private func copy(_ summary: MoveJournal.Summary, _ journal: String) -> MoveResult.Copy {
        let folder = summary.origin?.folder
        let now = homes.first { ByteText.readable($0.folder).exact == folder }
        let why: String
        if let now {
            why = "that home goes to \(ByteText.readable(now.target)) now"
        } else {
            why = folder == nil ? "its journal is damaged" : "there is no such home in \(settings.from) any more"
        }
        return MoveResult.Copy(
            folder: folder?.text, target: ByteText.readable(summary.target), why: why, journal: journal)
    }
}
