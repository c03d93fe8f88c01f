/// Which name each user of an old hub has on a new one: lines of CSV, `old,new`.
package struct UserMap: Sendable, Equatable {
    /// A line of the map: a user's old name and the new one.
    package struct Line: Sendable, Equatable {
        package let old: String
        package let new: String
        /// Its place in the file, counted from 1.
        package let number: Int
        /// The column of the new name, counted from 1.
        package let newColumn: Int
        /// Whether the new name was written with capital letters.
        package var isLowered = false
    }

    /// In the order of the file.
    package let lines: [Line]
    /// For messages; empty for the map that maps nothing.
    package let file: String

    /// A map without lines: nobody changes their name.
    package static let empty = UserMap(lines: [], file: "")

    private init(lines: [Line], file: String) {
        self.lines = lines
        self.file = file
    }

    /// The lines whose new name was made lower-case.
    package var lowered: [Line] { lines.filter(\.isLowered) }

    /// Reads `old,new` lines. New names are made lower-case, as JupyterHub does. A first line `from,to` or `old,new`, lines
    /// with `#` and empty ones are passed over.
    ///
    /// - Parameters:
    ///   - bytes: the contents of the file.
    ///   - file: its name, for messages.
    /// - Throws: `UserMapError` with everything that is wrong.
    package init(_ bytes: [UInt8], file: String) throws {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw UserMapError(file: file, [Self.notText(bytes)])
        }
        let csv = CSVRows(text)
        var faults = csv.faults
        var lines: [(line: Line, row: CSVRows.Row)] = []
        // A row that is broken in itself says nothing about the others.
        let broken = Set(csv.faults.map(\.line))
        for (index, row) in csv.rows.enumerated() where !(index == 0 && Self.isHeader(row) || broken.contains(row.line))
        {
            let found = Self.faults(of: row)
            faults += found
            if found.isEmpty {
                let (old, new) = (row.fields[0], row.fields[1])
                // JupyterHub makes all names so, and looks for the folders of these.
                let name = new.text.lowercased()
                let isLowered = Array(name.utf8) != Array(new.text.utf8)
                lines.append(
                    (
                        Line(
                            old: old.text, new: name, number: row.line, newColumn: new.column, isLowered: isLowered),
                        row
                    ))
            }
        }
        faults += Self.repetitions(lines)
        guard faults.isEmpty else { throw UserMapError(file: file, faults) }
        self.init(lines: lines.map(\.line), file: file)
    }

    private static func isHeader(_ row: CSVRows.Row) -> Bool {
        let names = row.fields.map { $0.text.lowercased() }
        return names == ["from", "to"] || names == ["old", "new"]
    }

    private static func notText(_ bytes: [UInt8]) -> CSVRows.Fault {
        var good: [Unicode.Scalar] = []
        var iterator = bytes.makeIterator()
        var decoder = Unicode.UTF8()
        while case .scalarValue(let scalar) = decoder.decode(&iterator) { good.append(scalar) }
        let lineStart = good.lastIndex(of: "\n").map { $0 + 1 } ?? 0
        return CSVRows.Fault(
            line: good.count { $0 == "\n" } + 1, column: good.count - lineStart + 1, what: .noText)
    }

    private static func faults(of row: CSVRows.Row) -> [CSVRows.Fault] {
        guard row.fields.count == 2 else {
            let column = row.fields.count > 2 ? row.fields[2].column : row.fields[0].column
            let what = UserMapFault.What.columns(row.fields.count, hasSemicolon: row.fields[0].text.contains(";"))
            return [CSVRows.Fault(line: row.line, column: column, what: what)]
        }
        return row.fields.compactMap { field in
            let what: UserMapFault.What? =
                if field.text.isEmpty {
                    .emptyName
                } else if field.text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
                    .controlCharacter
                } else {
                    nil
                }
            return what.map { CSVRows.Fault(line: row.line, column: field.column, what: $0) }
        }
    }

    /// Names are compared by their bytes, as folders are.
    private static func repetitions(_ lines: [(line: Line, row: CSVRows.Row)]) -> [CSVRows.Fault] {
        var faults: [CSVRows.Fault] = []
        var old: [[UInt8]: Int] = [:]
        var new: [[UInt8]: Int] = [:]
        for (line, row) in lines {
            func fault(_ field: Int, _ what: UserMapFault.What) {
                faults.append(CSVRows.Fault(line: line.number, column: row.fields[field].column, what: what))
            }
            if let first = old[Array(line.old.utf8)] {
                fault(0, .mappedTwice(line.old, line: first))
            } else if let first = new[Array(line.new.utf8)] {
                fault(1, .takenTwice(line.new, line: first))
            }
            old[Array(line.old.utf8)] = old[Array(line.old.utf8)] ?? line.number
            new[Array(line.new.utf8)] = new[Array(line.new.utf8)] ?? line.number
        }
        return faults
    }
}
