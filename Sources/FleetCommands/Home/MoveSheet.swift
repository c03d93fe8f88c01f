import FleetModel
import FleetTools
import Homes
import Texts

/// The result of a move, for people.
struct MoveSheet {
    private let result: MoveResult
    private static let shown = 10

    init(_ result: MoveResult) {
        self.result = result
    }

    var text: String {
        var table = Table("HOME", "TO", result.isDryRun ? "TO COPY" : "COPIED", "BYTES", "UNCHANGED", "GONE", "RESULT")
        for home in result.homes {
            let gone = home.removed > 0 ? "\(home.removed) removed" : "\(home.counts.gone)"
            table.add(
                home.folder, home.target, "\(home.copied)", ByteAmount.text(home.copiedBytes), "\(home.unchanged)",
                gone,
                home.failure == nil ? home.state.rawValue : "failed")
        }
        for copy in result.withoutSource { table.add(copy.folder ?? "", copy.target, "", "", "", "", "no source") }
        var lines = [table.text, ""]
        for home in result.homes { lines += notes(of: home) }
        lines += result.withoutSource.map(note)
        if !result.withoutHome.isEmpty {
            lines.append("In the map without a home: " + result.withoutHome.joined(separator: ", ").printable)
        }
        if !result.unnamed.isEmpty {
            lines.append("Kept their names: " + result.unnamed.joined(separator: ", ").printable)
        }
        if !result.leftOut.isEmpty { lines.append("Not moved: " + result.leftOut.joined(separator: ", ").printable) }
        lines.append(verdict)
        return lines.joined(separator: "\n")
    }

    private func notes(of home: MoveResult.Home) -> [String] {
        let name = home.folder.printable
        var lines = home.failure.map { ["\(name): \($0.printable)"] } ?? []
        func add(_ notes: [MoveResult.Note], _ count: Int, _ what: String) {
            lines += notes.prefix(Self.shown).map { "\(name)/\($0.path.printable): \(what)\($0.why.printable)" }
            if count > Self.shown {
                lines.append("\(name): and \(count - Self.shown) more like that; see --format json")
            }
        }
        add(home.conflicts, home.counts.conflicts, "left alone: ")
        add(home.skipped, home.counts.skipped, "")
        add(
            home.gone.map { MoveResult.Note(path: $0, why: "gone on the source; --final removes it") },
            home.counts.gone,
            "")
        add(home.differences, home.counts.differences, "")
        return lines
    }

    private func note(_ copy: MoveResult.Copy) -> String {
        let target = "\(result.target)/\(copy.target)".printable
        let from = copy.folder.map { "copied from \($0.printable) before" } ?? "copied before"
        return
            "\(target): \(from), and \(copy.why.printable). Look at it, then remove it and \(copy.journal.printable); to keep "
            + "it, remove that file alone"
    }

    private var verdict: String {
        result.withoutSource.isEmpty
            ? summary : "\(summary); \(result.withoutSource.count) copied before have no source"
    }

    private var summary: String {
        let bytes = ByteAmount.text(result.homes.reduce(0) { $0 + $1.copiedBytes })
        let files = result.homes.reduce(0) { $0 + $1.copied }
        if result.isDryRun { return "\(result.homes.count) homes, \(files) files and links with \(bytes) to copy" }
        let same = result.homes.count { $0.state == .same }
        return
            "\(same) of \(result.homes.count) homes are the same on both sides; \(files) files and links with \(bytes) copied"
    }
}
