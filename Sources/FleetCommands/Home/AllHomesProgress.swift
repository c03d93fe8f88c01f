import FleetModel
import FleetTools
import Foundation
import Homes
import Texts

/// The progress of the export of all homes: the bar of one home after another, and a line for each that is done.
struct AllHomesProgress {
    private let output: any Output
    private let canGoOn: Bool
    /// Of the home that is exported now.
    private var current: ExportProgress?

    /// - Parameters:
    ///   - output: where it is shown.
    ///   - canGoOn: whether an archive that was begun can be continued.
    init(_ output: any Output, canGoOn: Bool) {
        self.output = output
        self.canGoOn = canGoOn
    }

    /// Draws a step.
    mutating func show(_ event: AllHomesEvent) {
        switch event {
        case .begins(let home): current = ExportProgress(name(home), output)
        case .export(_, let step): current?.show(step)
        case .made(_, let receipt, let archive):
            current?.finish()
            current?.tell(receipt, archive: archive)
        case .signed(_, let receipt):
            // A receipt beside an archive is never printed.
            try? output.show(receipt)
            current = nil
        case .present(_, let receipt, let archive):
            let state = "of \(receipt.taken.ISO8601Format())\(receipt.isWhole ? "" : ", and not whole")"
            output.message("\(archive.printable): it is there already, \(state)")
        case .failed(let home, let error):
            finish()
            output.message("\(name(home)): \("\(error)".printable)")
        }
    }

    /// Says that the run was stopped, when it can be continued.
    func stop() { if canGoOn { current?.stop() } }

    /// Takes the bar away.
    mutating func finish() {
        current?.finish()
        current = nil
    }

    private func name(_ home: AllHomesExport.Home) -> String { ByteText.readable(Array(home.folder.utf8)).printable }
}
