import ArgumentParser
import FleetModel
import FleetTools
import Releases
import Texts

/// In which form findings are printed.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// For people: a line each, as compilers print them; below it what to do, other places, and the hubs.
    case table
    /// For programs.
    case json
    /// Annotations of a pull request, as GitHub Actions reads them.
    case github
    /// SARIF 2.1.0, for tools that show findings beside the code.
    case sarif

    func text(_ entries: [ValidationReport.Entry], report: ValidationReport) throws -> String {
        switch self {
        case .table: entries.map(\.line).joined(separator: "\n")
        case .json: try JSONText.pretty(ReportJSON(entries, report: report))
        case .github: entries.map(annotation).joined(separator: "\n")
        case .sarif: try JSONText.pretty(SARIFLog(entries))
        }
    }

    /// `::error file=…,line=…,col=…,title=…::message`
    private func annotation(_ entry: ValidationReport.Entry) -> String {
        let finding = entry.finding
        let command = finding.severity == .note ? "notice" : finding.severity.rawValue
        let place = finding.location
        let properties = [
            "file=\(property(place.file))", "line=\(place.line)", "col=\(place.column)",
            "title=\(property(finding.rule))",
        ]
        return "::\(command) \(properties.joined(separator: ","))::\(data(entry.sentence))"
    }

    private func data(_ text: String) -> String {
        text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    }

    private func property(_ text: String) -> String {
        data(text.printable).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }
}

extension ValidationReport.Entry {
    /// For people: a line, and below it what to do, other places, and the hubs.
    var line: String {
        var lines = ["\(finding.location): \(finding.severity.rawValue): \(finding.message) [\(finding.rule)]"]
        if let advice = finding.advice { lines.append("    \(advice)") }
        if !finding.related.isEmpty {
            lines.append("    see \(finding.related.map(\.description).joined(separator: ", "))")
        }
        if !releases.isEmpty {
            let more = releases.count > 6 ? " and \(releases.count - 6) more" : ""
            lines.append("    in \(releases.prefix(6).joined(separator: ", "))\(more)")
        }
        return lines.map(\.printable).joined(separator: "\n")
    }

    /// Message, advice and hubs in one text.
    var sentence: String {
        var text = finding.message
        if let advice = finding.advice { text += "; \(advice)" }
        if !releases.isEmpty { text += " (\(releases.joined(separator: ", ")))" }
        return text.printable
    }
}

/// The counts at the end.
struct ReportSummary {
    let text: String

    init(_ report: ValidationReport, shown: Int) {
        let counts = [
            ("error", report.count(.error)), ("warning", report.count(.warning)), ("note", report.count(.note)),
        ]
        let found = counts.map { $1.counted($0) }.joined(separator: ", ")
        var text = "\(report.hubs.counted("hub")), \(report.supports.counted("support release")): \(found)"
        if shown < report.entries.count { text += " (--severity note shows all)" }
        let reasons = Dictionary(grouping: report.locked, by: \.reason.exact)
        for (reason, files) in reasons.sorted(by: { $0.key < $1.key }) {
            text += "\n\(files.count.counted("encrypted file")) not opened: \(reason)"
        }
        self.text = text
    }
}

extension Int {
    /// With the word for one of it: `1 hub`, `2 hubs`.
    fileprivate func counted(_ word: String) -> String { "\(self) \(word)\(self == 1 ? "" : "s")" }
}
