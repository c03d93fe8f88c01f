/// The reason why a file cannot be read as a report of homes.
package struct ReportError: Error, Equatable, CustomStringConvertible {
    /// The fault in the file.
    package enum Fault: Sendable, Equatable {
        case unreadable
        /// The file is of another kind.
        case otherFormat(String)
        case otherVersion(Int)
        /// A folder, or nil for all of them, uses less than nothing.
        case negativeUse(folder: String?, bytes: Int64)
        case noJSON
        case noDate
        case missing(key: String)
        case wrongKind(key: String)
        case notUnderstood(key: String)
    }

    package let path: String
    package let fault: Fault

    package var description: String { "\(path) \(fault.text)" }
}

extension ReportError.Fault {
    private static let hint = "; make it anew with --format json"

    fileprivate var text: String {
        switch self {
        case .unreadable: "cannot be read; name a report that --format json made"
        case .otherFormat(let format): "is no report of homes: its format is \(format)"
        case .otherVersion(let version): "is of version \(version); this Hubfleet reads version 1 alone"
        case .negativeUse(let folder?, let bytes): "is damaged: \(folder) uses \(bytes) bytes"
        case .negativeUse(nil, let bytes): "is damaged: the total is \(bytes) bytes"
        case .noJSON: "is no JSON, or not all of it" + Self.hint
        case .noDate: "is no report of homes: a date in it cannot be understood" + Self.hint
        case .missing(let key): "is no report of homes: \(key) is missing" + Self.hint
        case .wrongKind(let key): "is no report of homes: \(key) is of the wrong kind" + Self.hint
        case .notUnderstood(let key): "is no report of homes: \(key) cannot be understood" + Self.hint
        }
    }
}
