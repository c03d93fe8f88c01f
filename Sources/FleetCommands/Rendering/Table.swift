import FleetModel
import Texts

/// Columns of text, as wide as they need to be.
package struct Table {
    private let header: [String]
    private var rows: [[String]] = []

    package init(_ header: String...) { self.init(columns: header) }

    package init(columns header: [String]) {
        self.header = header
    }

    package mutating func add(_ row: String...) { rows.append(row) }

    package mutating func add(_ row: [String]) { rows.append(row) }

    /// The lines, with a header; just the header when there are no rows.
    package var text: String {
        let lines = [header] + rows.map { $0.map(\.printable) }
        let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line in
            let cells = zip(line, widths).map { cell, width in cell + String(repeating: " ", count: width - cell.count)
            }
            return cells.joined(separator: "  ").trimmingEnd()
        }.joined(separator: "\n")
    }
}

/// Names with values, one a line.
package struct FactSheet {
    private var facts: [(name: String, value: String)] = []

    package init() {}

    /// Adds a line; nothing when there is no value.
    package mutating func add(_ name: String, _ value: String?) {
        if let value, !value.isEmpty { facts.append((name, value)) }
    }

    package var text: String {
        let width = facts.map(\.name.count).max() ?? 0
        return facts.map { name, value in
            let lines = value.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }
            let indent = "\n" + String(repeating: " ", count: width + 2)
            return name + String(repeating: " ", count: width - name.count + 2) + lines.joined(separator: indent)
        }.joined(separator: "\n")
    }
}

extension String {
    fileprivate func trimmingEnd() -> String {
        var text = Substring(self)
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
