import Texts

/// A place in a file of the fleet repository.
///
/// Lines and columns count from 1, columns in characters, as editors and compilers do.
package struct SourceLocation: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The path as it is shown to people: relative to the root of the fleet repository where the file is below it.
    package let file: String
    package let line: Int
    package let column: Int

    package init(file: String, line: Int = 1, column: Int = 1) {
        self.file = file
        self.line = line
        self.column = column
    }

    package var description: String { "\(file):\(line):\(column)" }
}

extension SourceLocation: Comparable {
    package static func == (left: SourceLocation, right: SourceLocation) -> Bool {
        (left.line, left.column, left.file.exact) == (right.line, right.column, right.file.exact)
    }

    package static func < (left: SourceLocation, right: SourceLocation) -> Bool {
        (left.file.exact, left.line, left.column) < (right.file.exact, right.line, right.column)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(file.exact)
        hasher.combine(line)
        hasher.combine(column)
    }
}

/// A value together with the place that set it.
package struct Located<Wrapped: Sendable>: Sendable {
    package let value: Wrapped
    package let location: SourceLocation

    package init(_ value: Wrapped, at location: SourceLocation) {
        self.value = value
        self.location = location
    }
}

extension Located: Equatable where Wrapped: Equatable {}
