/// What is in a home: every folder, file and link, in the order of their names' bytes, and what cannot be kept.
package struct HomeScan: Sendable, Equatable {
    package let entries: [HomeEntry]
    package let problems: [HomeProblem]

    package init(entries: [HomeEntry], problems: [HomeProblem]) {
        self.entries = entries
        self.problems = problems
    }

    /// Bytes of all files.
    package var totalBytes: Int64 { entries.reduce(0) { $0 + $1.size } }

    /// Walks a home.
    ///
    /// - Throws: `HomeError.notAFolder` when there is none at the path, and `CancellationError`.
    package init(of home: String) throws {
        var entries: [HomeEntry] = []
        var problems: [HomeProblem] = []
        try HomeWalk(home).run { found in
            switch found {
            case .entry(let entry): entries.append(entry)
            case .problem(let problem): problems.append(problem)
            }
        }
        self.init(entries: entries, problems: problems)
    }
}
