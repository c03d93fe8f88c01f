import FleetModel
import FleetTools
import Foundation
import Homes
import Texts

/// The progress of imports on the terminal: the bar of one home after another, and what is to be said of each.
struct ImportProgress {
    private let output: any Output
    /// Of the home that is imported now.
    private var current: (name: String, meter: ProgressMeter)?

    init(_ output: any Output) { self.output = output }

    /// Draws a step.
    mutating func show(_ event: AllHomesImportEvent) {
        switch event {
        case .begins(let item):
            let meter = ProgressMeter(output: output, ProgressFacts(title: "Checking \(item.home)"))
            current = (item.home, meter)
        case .step(let item, .began(let bytes, let files)):
            current?.meter.change {
                $0 = ProgressFacts(
                    title: "Writing \(item.home)", totalBytes: Int64(clamping: bytes), totalFiles: files)
            }
        case .step(_, .wrote(let bytes, let files)): current?.meter.add(bytes: Int64(bytes), files: files)
        case .imported(let item, let result):
            finish()
            tell(item, result)
        case .signed(_, let receipt):
            try? output.show(receipt)
        case .failed(let item, let error):
            finish()
            output.message("\(item.archive.printable): \("\(error)".printableLines)")
        }
    }

    /// Says that the import was stopped, and can be continued.
    func stop() {
        guard let (name, meter) = current else { return }
        meter.message("\(name): stopped; the same command goes on with what is missing")
    }

    /// Takes the bar away.
    mutating func finish() {
        current?.meter.finish()
        current = nil
    }

    private func tell(_ item: AllHomesImport.Item, _ result: HomeImport.Result) {
        if let user = item.user, let owner = result.owner, owner != user {
            output.message("\(item.prefix)the archive says that it is the home of \(owner.text.printable)")
        }
        if let remark = result.remark { output.message("\(item.prefix)\(remark)") }
        for exception in result.exceptions {
            output.message("\(item.prefix)\(exception.path.printable): left out: \(exception.reason.printable)")
        }
    }
}

extension AllHomesImport.Item {
    /// The name of the home's folder, for people.
    var home: String { URL(filePath: task.target).lastPathComponent.printable }

    /// The beginning of lines about one of several.
    var prefix: String { user == nil ? "" : home + ": " }
}

extension HomeImport.Result {
    /// The result in a line.
    var text: String {
        let left = exceptions.isEmpty ? "" : ", \(exceptions.count) left out"
        let root = root.map { ", root \($0.printable)" } ?? ", no manifest to check it by"
        return
            "\(files) files, \(folders) folders, \(links) links, \(bytes) bytes, \(present) there already\(left)\(root)"
    }
}
