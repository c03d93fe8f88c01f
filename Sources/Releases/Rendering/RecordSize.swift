import FleetModel
import Foundation
import Texts

/// How large the record is that helm keeps of a release in its cluster, before it changes anything there.
///
/// Source: `encodeRelease` of helm 3.17 and 4.1, `pkg/storage/driver`: the release as JSON, compressed, as base64. It has the
/// chart without those below it, all values twice, and all objects.
enum RecordSize {
    /// - Parameters:
    ///   - request: what is rendered.
    ///   - effective: what it runs with.
    ///   - manifest: what helm makes of it.
    /// - Returns: the size in bytes, within some percent; nil when a file cannot be read.
    static func bytes(
        of request: ReleaseRenderer.Request, _ effective: EffectiveValues, manifest: [UInt8]
    ) async -> Int? {
        guard let chart = await chart(of: request.chart) else { return nil }
        let values = HelmValues.document(of: effective.merged)
        let text =
            #"{"name":"\#(request.name)","info":{"status":"deployed"},"chart":{"# + chart + #"},"values":"#
            + String(decoding: values, as: UTF8.self) + #","config":"#
            + String(decoding: request.values.real, as: UTF8.self) + #","manifest":"# + quoted(manifest) + "}"
        return Gzip.size(of: Array(text.utf8)).map { ($0 + 2) / 3 * 4 }
    }

    /// What helm reads a chart from, and keeps in another form.
    private static let read: Set<ExactText> = [
        "Chart.yaml", "Chart.lock", "values.yaml", "requirements.yaml", "requirements.lock", ".helmignore",
    ]

    private static func chart(of plan: ChartPlan) async -> String? {
        guard let patterns = await ignored(in: plan) else { return nil }
        var text = ""
        for (path, content) in plan.files.sorted(by: { $0.key < $1.key }) {
            guard !path.hasPrefix("charts/"), !read.contains(path), !patterns.ignores(path.text, isFolder: false) else {
                continue
            }
            guard let bytes = try? await plan.bytes(of: content) else { return nil }
            text += #"{"name":"\#(path)","data":"\#(Data(bytes).base64EncodedString())","modtime":""},"#
        }
        return text
    }

    private static func ignored(in plan: ChartPlan) async -> HelmIgnore? {
        guard let content = plan.files[".helmignore"] else { return HelmIgnore([]) }
        return (try? await plan.bytes(of: content)).map { HelmIgnore($0) }
    }

    private static func quoted(_ bytes: [UInt8]) -> String {
        JSONWriter.text(
            Value(.string(String(decoding: bytes, as: UTF8.self)), at: SourceLocation(file: "")))
    }
}
