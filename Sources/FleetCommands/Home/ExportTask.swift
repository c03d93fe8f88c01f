import FleetModel
import FleetTools
import Foundation
import Homes

/// One export with its progress on the terminal.
struct ExportTask: Sendable {
    let home: URL
    let target: String?
    let form: ArchiveFormat
    let compress: Bool
    let output: any Output

    func run() throws -> HomeReceipt {
        // For people; the archive has the name as it is.
        let owner = HomeExportCommand.name(of: home)
        let meter = ProgressMeter(output: output, ProgressFacts(title: "Scanning \(owner)"))
        defer { meter.finish() }
        let export = HomeExport(of: home.path, owner: home.lastPathComponent, format: form)
        var (bytes, files) = (UInt64(0), 0)
        let tell: (HomeExport.Event) -> Void = { event in
            switch event {
            case .scanned(let things, _): meter.change { $0.files = things }
            case .began(let summary, let from, let length):
                (bytes, files) = (from, 0)
                meter.change {
                    $0 = ProgressFacts(
                        title: "Archiving \(owner)", totalBytes: Int64(length), totalFiles: summary.files)
                }
                meter.skip(bytes: Int64(from))
                if from > 0 { meter.message("\(owner): going on at byte \(from) of \(length)") }
            case .wrote(let done, let count):
                meter.add(bytes: Int64(done - bytes), files: count - files)
                (bytes, files) = (done, count)
            case .startsOver(let reason): meter.message("\(reason.printable); starting over")
            }
        }
        guard let target else {
            let standardOutput = try ArchiveFile.standardOutput()
            return try compress
                ? export.compress(standardOutput.write, tell) : export.stream(standardOutput.write, tell)
        }
        do {
            return try compress ? export.compress(to: target, tell) : export.write(to: target, tell)
        } catch is CancellationError where !compress {
            meter.message("\(owner): stopped; the same command goes on from here")
            throw CancellationError()
        }
    }
}
