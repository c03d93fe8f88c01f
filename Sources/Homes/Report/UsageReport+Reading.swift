import Foundation

extension UsageReport {
    /// Reads what `hubfleet home report --format json` printed.
    ///
    /// - Throws: `ReportError` with the file and what is wrong in it.
    package static func read(_ path: String) throws -> UsageReport {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ReportError(path: path, what: "cannot be read; name a report that --format json made")
        }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        do {
            let report = try decoder.decode(UsageReport.self, from: data)
            guard report.format == Self.format else {
                throw ReportError(path: path, what: "is no report of homes: its format is \(report.format)")
            }
            guard report.version == 1 else {
                throw ReportError(
                    path: path, what: "is of version \(report.version); this Hubfleet reads version 1 alone")
            }
            if let home = (report.users + report.shared).first(where: { $0.diskBytes < 0 }) {
                throw ReportError(path: path, what: "is damaged: \(home.folder) uses \(home.diskBytes) bytes")
            }
            guard report.totals.diskBytes >= 0 else {
                throw ReportError(path: path, what: "is damaged: the total is \(report.totals.diskBytes) bytes")
            }
            return report
        } catch let error as DecodingError {
            throw ReportError(path: path, what: explanation(error, data))
        }
    }

    private static func explanation(_ error: DecodingError, _ data: Data) -> String {
        func place(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
            let keys = context.codingPath + (last.map { [$0] } ?? [])
            if keys.isEmpty { return "its top level" }
            return keys.reduce(into: "") { text, key in
                text += key.intValue.map { "[\($0)]" } ?? (text.isEmpty ? "" : ".") + key.stringValue
            }
        }
        let hint = "; make it anew with --format json"
        return switch error {
        case .keyNotFound(let key, let context): "is no report of homes: \(place(context, key)) is missing" + hint
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "is no report of homes: \(place(context)) is of the wrong kind" + hint
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            "is no report of homes: \(place(context)) cannot be understood" + hint
        case .dataCorrupted where (try? JSONSerialization.jsonObject(with: data)) != nil:
            "is no report of homes: a date in it cannot be understood" + hint
        default: "is no JSON, or not all of it" + hint
        }
    }
}
