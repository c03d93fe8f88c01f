/// All faults of a map of users.
package struct UserMapError: Error, Equatable, CustomStringConvertible {
    package let faults: [UserMapFault]

    init(file: String, _ faults: [CSVRows.Fault]) {
        self.init(
            faults.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
                .map { UserMapFault($0.what, at: UserMapFault.Place(file: file, line: $0.line, column: $0.column)) })
    }

    init(_ faults: [UserMapFault]) { self.faults = faults }

    /// The first faults, one line each.
    package var description: String {
        let shown = faults.prefix(20).map(\.description).joined(separator: "\n")
        return faults.count > 20 ? "\(shown)\nand \(faults.count - 20) more" : shown
    }
}
