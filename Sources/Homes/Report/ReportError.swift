package struct ReportError: Error, Equatable, CustomStringConvertible {
    package let path: String
    package let what: String

    package var description: String { "\(path) \(what)" }
}
