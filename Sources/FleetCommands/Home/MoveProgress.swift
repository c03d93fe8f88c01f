import FleetTools
import Homes
import Texts

/// The progress of a move on the terminal: a bar for all homes, and a line for each that is done.
struct MoveProgress: Sendable {
    private let meter: ProgressMeter

    init(_ output: any Output) { meter = ProgressMeter(output: output, ProgressFacts(title: "Looking")) }

    /// Draws a step.
    func show(_ event: MoveEvent) {
        switch event {
        case .looksAt(let home, let done, let count):
            meter.change { $0.title = "Looking at \(home), \(done + 1) of \(count)" }
        case .planned(let files, let bytes): meter.change { ($0.totalFiles, $0.totalBytes) = (files, bytes) }
        case .copies(let home): meter.change { $0.title = "Copying \(home)" }
        case .compares(let home): meter.change { $0.title = "Comparing \(home)" }
        case .did(let bytes, let files): meter.add(bytes: bytes, files: files)
        case .moved(let home): meter.message(home.line)
        }
    }

    /// Takes the bar away.
    func finish() { meter.finish() }
}

extension MoveResult.Home {
    /// The result in a line, for logs.
    var line: String {
        let name = folder == target ? folder : "\(folder) to \(target)"
        if let failure { return "\(name.printable): failed: \(failure.printableLines)" }
        let numbers = "\(copied) copied (\(ByteAmount.text(copiedBytes))), \(unchanged) unchanged, \(removed) removed"
        return "\(name.printable): \(numbers), \(state == .same ? "the same on both sides" : "differs")"
    }
}
