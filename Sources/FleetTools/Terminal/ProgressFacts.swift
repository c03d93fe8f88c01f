import Texts

/// How far work with files is, and its text for people.
package struct ProgressFacts: Sendable, Equatable {
    /// What is done, such as `Copying ada`.
    package var title: String { didSet { title = title.printable } }
    /// Bytes that are done, with those that an earlier run did.
    package var bytes: Int64 = 0
    /// All bytes there are to do; nil when nobody knows yet.
    package var totalBytes: Int64?
    package var files = 0
    package var totalFiles: Int?
    /// Bytes a second; nil when nothing was measured yet.
    package var rate: Double?

    package init(title: String, totalBytes: Int64? = nil, totalFiles: Int? = nil) {
        self.title = title.printable
        self.totalBytes = totalBytes
        self.totalFiles = totalFiles
    }

    /// The part that is done, from 0 to 1: of the bytes, or of the files when there are no bytes.
    package var share: Double? {
        if let totalBytes, totalBytes > 0 { return min(1, max(0, Double(bytes) / Double(totalBytes))) }
        if let totalFiles, totalFiles > 0 { return min(1, max(0, Double(files) / Double(totalFiles))) }
        return nil
    }

    /// Seconds until all bytes are done, at the present rate.
    package var secondsLeft: Int64? {
        guard let rate, rate > 0, let totalBytes, totalBytes > bytes else { return nil }
        let seconds = (Double(totalBytes - bytes) / rate).rounded(.up)
        return seconds < 360_000_000 ? Int64(seconds) : nil
    }

    /// A line for logs: everything there is to say, without a bar.
    package var line: String {
        let numbers = [percent, amount, fileCount, speed, timeLeft].compactMap(\.self).joined(separator: ", ")
        return numbers.isEmpty ? title : "\(title): \(numbers)"
    }

    /// A line with a bar for a terminal; what is less important is left out until it fits.
    ///
    /// - Parameter columns: the width of the terminal; the last column stays free.
    /// - Returns: text without a line break.
    package func bar(columns: Int) -> String {
        let bar = share.map { share in
            let done = Int((share * 20).rounded(.down))
            return "[" + String(repeating: "#", count: done) + String(repeating: ".", count: 20 - done) + "]"
        }
        let parts = [(title, 9), (bar, 2), (percent, 8), (amount, 7), (fileCount, 1), (speed, 3), (timeLeft, 4)]
        for least in 0...8 {
            let text = parts.filter { $0.1 > least }.compactMap(\.0).joined(separator: "  ")
            if text.count < columns { return text }
        }
        return String(title.prefix(max(0, columns - 1)))
    }

    private var percent: String? { share.map { "\(Int(($0 * 100).rounded(.down))) %" } }

    private var amount: String? {
        guard let totalBytes else { return bytes > 0 ? ByteAmount.text(bytes) : nil }
        return "\(ByteAmount.text(bytes)) of \(ByteAmount.text(totalBytes))"
    }

    private var fileCount: String? {
        guard let totalFiles else { return files > 0 ? "\(files) files" : nil }
        return "\(files) of \(totalFiles) files"
    }

    private var speed: String? {
        guard let rate, rate.isFinite, rate >= 0, rate < 1e18 else { return nil }
        return ByteAmount.text(Int64(rate)) + "/s"
    }

    private var timeLeft: String? {
        guard let secondsLeft else { return nil }
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let (hours, minutes) = (secondsLeft / 3600, secondsLeft / 60 % 60)
        let text =
            hours > 0 ? "\(hours):\(two(minutes)):\(two(secondsLeft % 60))" : "\(minutes):\(two(secondsLeft % 60))"
        return text + " left"
    }
}
