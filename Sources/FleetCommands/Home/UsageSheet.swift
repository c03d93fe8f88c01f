import FleetModel
import FleetTools
import Foundation
import Homes
import Texts

/// A report of what homes use, for people.
struct UsageSheet {
    private let report: UsageReport

    init(_ report: UsageReport) {
        self.report = report
    }

    /// Tables, totals, and what is to be known besides.
    var text: String {
        var parts: [String] = []
        if !report.users.isEmpty || report.shared.isEmpty { parts.append(table("HOME", report.users)) }
        if !report.shared.isEmpty { parts.append(table("SHARED", report.shared)) }
        parts.append((totals + notes).joined(separator: "\n"))
        return parts.joined(separator: "\n\n")
    }

    private func table(_ title: String, _ homes: [UsageReport.Home]) -> String {
        let isUsers = title == "HOME"
        var columns: [(title: String, cell: (UsageReport.Home) -> String, isNumber: Bool)] = [
            (title, { $0.folder }, false),
            ("ON DISK", { ByteAmount.text($0.diskBytes) }, true),
            ("SIZE", { ByteAmount.text($0.apparentBytes) }, true),
            ("SHARE", { percent($0.share) }, true),
            ("FILES", { "\($0.files)" }, true),
            ("LAST USE", { $0.lastUse.map(day) ?? "never" }, false),
        ]
        if isUsers, report.quotaBytes != nil { columns.append(("QUOTA", { $0.quotaUse.map(percent) ?? "" }, true)) }
        if report.earlier != nil {
            columns.append(("GROWTH", { $0.growthBytes.map(signed) ?? "" }, true))
            columns.append(("IN 30 DAYS", { $0.growthBytesIn30Days.map(signed) ?? "" }, true))
        }
        columns.append(("", flags, false))
        let cells = columns.map { column in [column.title] + homes.map { column.cell($0).printable } }
        let widths = cells.map { $0.map(\.count).max() ?? 0 }
        return (0...homes.count).map { row in
            let line = columns.indices.map { column in
                let cell = cells[column][row]
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return columns[column].isNumber ? space + cell : cell + space
            }.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }

    private func flags(_ home: UsageReport.Home) -> String {
        var flags: [String] = []
        if home.isOverQuota { flags.append("over quota") }
        if home.isIdle { flags.append(home.idleDays.map { "idle \($0) days" } ?? "idle") }
        if home.isNew { flags.append("new") }
        if home.vanished { flags.append("gone meanwhile") }
        if home.unreadableCount > 0 { flags.append("\(home.unreadableCount) unreadable") }
        return flags.joined(separator: ", ")
    }

    private var totals: [String] {
        let totals = report.totals
        var parts = [
            "\(report.users.count) homes" + (report.shared.isEmpty ? "" : " and \(report.shared.count) shared folders"),
            "\(ByteAmount.text(totals.diskBytes)) on disk", "\(totals.files) files",
        ]
        if let growth = totals.growthBytes, let earlier = report.earlier {
            parts.append("\(signed(growth)) since \(day(earlier))")
        }
        if let quota = report.quotaBytes {
            parts.append("\(totals.overQuota) over the quota of \(ByteAmount.text(quota))")
        }
        if let days = report.idleLimitDays {
            parts.append("\(totals.idle) idle for \(days) days or more with \(ByteAmount.text(totals.idleDiskBytes))")
        }
        return [parts.joined(separator: ", ")]
    }

    private var notes: [String] {
        var notes: [String] = []
        if !report.gone.isEmpty { notes.append("Gone since then: " + report.gone.joined(separator: ", ").printable) }
        if !report.others.isEmpty { notes.append("No folders: " + report.others.joined(separator: ", ").printable) }
        for home in report.users + report.shared where home.unreadableCount > 0 {
            let more = home.unreadableCount - home.unreadable.prefix(3).count
            let paths = home.unreadable.prefix(3).map { $0 == "." ? "all of it" : $0 }.joined(separator: ", ").printable
            notes.append(
                "\(home.folder.printable): cannot be read, so it is not counted: \(paths)"
                    + (more > 0 ? " and \(more) more" : ""))
        }
        return notes
    }

    private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
    private func signed(_ bytes: Int64) -> String { (bytes > 0 ? "+" : "") + ByteAmount.text(bytes) }
    private func day(_ date: Date) -> String { String(date.ISO8601Format().prefix(10)) }
}
