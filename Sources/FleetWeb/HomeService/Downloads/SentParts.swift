import FleetTools
import Foundation
import Texts

/// The parts of archives that were sent, kept beside their scans: a receipt is given when all were.
actor SentParts {
    private var parts: [ExactText: [Range<UInt64>]] = [:]

    /// The bytes that may have been on their way when the service was stopped.
    private static let slack: UInt64 = 64 << 20
    /// The parts that are kept of one archive: who asks for thousands of small ones gets no receipt, since all of them
    /// would be written each time.
    private static let most = 1_000

    /// Notes where a download begins: a client that asks for the rest has what is before it.
    func begin(_ file: String, at offset: UInt64) {
        let known = load(file)
        guard offset > 0, let end = known.first(where: { $0.lowerBound == 0 })?.upperBound, end < offset,
            offset - end <= Self.slack
        else { return }
        add(file, end..<offset)
    }

    func add(_ file: String, _ part: Range<UInt64>) {
        guard !part.isEmpty else { return }
        var merged: [Range<UInt64>] = []
        for next in (load(file) + [part]).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, next.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, next.upperBound)
            } else {
                merged.append(next)
            }
        }
        merged = Array(merged.prefix(Self.most))
        parts[file.exact] = merged
        let lines = merged.map { "\($0.lowerBound) \($0.upperBound)" }.joined(separator: "\n")
        // Losing it costs a receipt, not a download.
        try? FileWriting.write(lines, to: file)
    }

    func isWhole(_ file: String, length: UInt64) -> Bool { load(file) == [0..<length] }

    private func load(_ file: String) -> [Range<UInt64>] {
        if let known = parts[file.exact] { return known }
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            let ends = line.split(separator: " ").compactMap { UInt64($0) }
            return ends.count == 2 && ends[0] < ends[1] ? ends[0]..<ends[1] : nil
        }
    }
}
