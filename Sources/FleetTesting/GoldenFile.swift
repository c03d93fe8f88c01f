import Foundation
import Testing

/// Compares text with a file beside the tests; `RECORD_GOLDEN=1 swift test` writes the files anew.
package func expectGolden(
    _ text: String, _ name: String, testFile: String = #filePath,
    sourceLocation: Testing.SourceLocation = #_sourceLocation
) throws {
    let folder = URL(filePath: testFile).deletingLastPathComponent().appending(path: "Golden")
    let file = folder.appending(path: name)
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        return
    }
    let expected = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    guard text != expected else { return }
    Issue.record(
        "differs from Golden/\(name); RECORD_GOLDEN=1 swift test writes it anew\n\(difference(expected, text))",
        sourceLocation: sourceLocation)
}

/// The lines that only one of two texts has, in the form of `diff`.
private func difference(_ old: String, _ new: String) -> String {
    let changes = new.split(separator: "\n", omittingEmptySubsequences: false)
        .difference(from: old.split(separator: "\n", omittingEmptySubsequences: false))
    return changes.map { change in
        switch change {
        case .remove(let offset, let line, _): "- \(offset + 1): \(line)"
        case .insert(let offset, let line, _): "+ \(offset + 1): \(line)"
        }
    }.joined(separator: "\n")
}
