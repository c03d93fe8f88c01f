/// Everything that is wrong in a map of users.
package struct UserMapError: Error, Equatable, CustomStringConvertible {
    /// One line each: `file:line:column: what is wrong and what to do`.
    package let faults: [String]

    init(file: String, _ faults: [CSVRows.Fault]) {
        self.init(
            faults.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
                .map { "\(file):\($0.line):\($0.column): \($0.what)" })
    }

    init(_ faults: [String]) { self.faults = faults }

    package var description: String {
        let shown = faults.prefix(20).joined(separator: "\n")
        return faults.count > 20 ? "\(shown)\nand \(faults.count - 20) more" : shown
    }
}
