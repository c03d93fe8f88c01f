import FleetModel
import FleetTools
import Foundation
import Homes
import Texts

/// The progress of one export on the terminal.
struct ExportProgress {
    private let owner: String
    private let output: any Output
    private let meter: ProgressMeter
    private var (bytes, files) = (UInt64(0), 0)

    /// - Parameters:
    ///   - owner: whose home it is, for people.
    ///   - output: where it is shown.
    init(_ owner: String, _ output: any Output) {
        self.owner = owner.printable
        self.output = output
        meter = ProgressMeter(output: output, ProgressFacts(title: "Scanning \(owner)"))
    }

    /// Draws a step.
    mutating func show(_ event: ExportEvent) {
        switch event {
        case .scanned(let things, _): meter.change { $0.files = things }
        case .began(let summary, let from, let length):
            (bytes, files) = (from, 0)
            meter.change {
                $0 = ProgressFacts(title: "Archiving \(owner)", totalBytes: Int64(length), totalFiles: summary.files)
            }
            meter.skip(bytes: Int64(from))
            if from > 0 { meter.message("\(owner): going on at byte \(from) of \(length)") }
        case .wrote(let done, let count):
            meter.add(bytes: Int64(done - bytes), files: count - files)
            (bytes, files) = (done, count)
        case .startsOver(let reason): meter.message("\(reason.printable); starting over")
        case .signed: break
        }
    }

    /// Says that the export was stopped, and can be continued.
    func stop() { meter.message("\(owner): stopped; the same command goes on from here") }

    /// Takes the bar away.
    func finish() { meter.finish() }

    /// Tells of an archive that was made.
    ///
    /// - Parameters:
    ///   - receipt: of the archive.
    ///   - archive: its path; nil for standard output.
    func tell(_ receipt: HomeReceipt, archive: String?) {
        for exception in receipt.exceptions {
            output.message("\(exception.path.printable): \(exception.explanation.printable)")
        }
        if receipt.exceptionCount > receipt.exceptions.count {
            output.message("and \(receipt.exceptionCount - receipt.exceptions.count) more; MANIFEST.json has all")
        }
        let name = archive.map { URL(filePath: $0).lastPathComponent } ?? receipt.owner.text
        output.message("\(ByteText.readable(Array(name.utf8)).printable): \(receipt.summary)")
    }
}
