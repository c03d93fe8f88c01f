import Foundation

extension UsageReport {
    /// Reads what `hubfleet home report --format json` printed.
    ///
    /// - Throws: `ReportError` with the file and what is wrong in it.
    package static func read(_ path: String) throws -> UsageReport {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ReportError(path: path, fault: .unreadable)
        }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        do {
            let report = try decoder.decode(UsageReport.self, from: data)
            if let fault = report.fault { throw ReportError(path: path, fault: fault) }
            return report
        } catch let error as DecodingError {
            throw ReportError(path: path, fault: fault(error, data))
        }
    }

    /// The fault of a report that could be read; nil when there is none.
    private var fault: ReportError.Fault? {
        if format != Self.format { return .otherFormat(format) }
        if version != 1 { return .otherVersion(version) }
        if let home = (users + shared).first(where: { $0.diskBytes < 0 }) {
            return .negativeUse(folder: home.folder, bytes: home.diskBytes)
        }
        return totals.diskBytes < 0 ? .negativeUse(folder: nil, bytes: totals.diskBytes) : nil
    }

    private static func fault(_ error: DecodingError, _ data: Data) -> ReportError.Fault {
        func key(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
            let keys = context.codingPath + (last.map { [$0] } ?? [])
            if keys.isEmpty { return "its top level" }
            return keys.reduce(into: "") { text, key in
                text += key.intValue.map { "[\($0)]" } ?? (text.isEmpty ? "" : ".") + key.stringValue
            }
        }
        return switch error {
        case .keyNotFound(let last, let context): .missing(key: key(context, last))
        case .typeMismatch(_, let context), .valueNotFound(_, let context): .wrongKind(key: key(context))
        case .dataCorrupted(let context) where !context.codingPath.isEmpty: .notUnderstood(key: key(context))
        case .dataCorrupted where (try? JSONSerialization.jsonObject(with: data)) != nil: .noDate
        default: .noJSON
        }
    }
}
